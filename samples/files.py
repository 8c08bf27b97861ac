"""Files of documents whose text the database lacks: DOCX (ECMA-376) and PDF (ISO 32000) with a text layer."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from textwrap import wrap

from .markup import MOTTO, PLACE, STATE, day, esc
from .outline import label, untitled
from .sources import Document, Heading

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"
_WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WIDTH, _LINES = 92, 52  # characters in a line, lines on a page


def file_name(document: Document) -> str:
    return f"{document.number.replace('/', '.')}.{document.file}"


def file_bytes(document: Document) -> tuple[bytes, str]:
    """The file and its media type."""
    return (_docx(document), DOCX) if document.file == "docx" else (_pdf(document), PDF)


def _text(document: Document) -> Iterator[str]:
    """The text as a reader sees it, a paragraph a line."""
    yield from (name.upper() for name in document.agencies)
    yield from (f"Số: {document.number}", STATE, MOTTO, f"{PLACE}, {day(document)}")
    yield from (document.type.upper(), document.title, *document.preamble)
    for part in document.body:
        if isinstance(part, Heading):
            yield from (f"{part.word} {part.number}", part.title)
        else:
            yield from (label(part), *untitled(part).lines)
    yield from (document.office.upper(), "(Đã ký)")


# ------------------------------------------------------------------------------------------------- DOCX
def _docx(document: Document) -> bytes:
    paragraphs = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{esc(line)}</w:t></w:r></w:p>' for line in _text(document)
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{DOCX}.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{_WORDS}"><w:body>{paragraphs}</w:body></w:document>',
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, xml in parts.items():
            entry = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            archive.writestr(entry, f'<?xml version="1.0" encoding="UTF-8"?>{xml}', zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


# -------------------------------------------------------------------------------------------------- PDF
def _pdf(document: Document) -> bytes:
    lines = [row for line in _text(document) for row in wrap(line, _WIDTH, break_long_words=False)]
    pages = [lines[at : at + _LINES] for at in range(0, len(lines), _LINES)]
    letters = {letter: code for code, letter in enumerate(sorted({c for line in lines for c in line}), 1)}
    first = 7  # objects 1 to 6 are those every file has
    kids = " ".join(f"{first + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /TimesNewRomanPSMT /Encoding /Identity-H "
        b"/DescendantFonts [4 0 R] /ToUnicode 5 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /TimesNewRomanPSMT /DW 500 /FontDescriptor 6 0 R "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        _stream(_unicode_map(letters).encode()),
        b"<< /Type /FontDescriptor /FontName /TimesNewRomanPSMT /Flags 4 /FontBBox [-568 -216 2000 891] "
        b"/ItalicAngle 0 /Ascent 891 /Descent -216 /CapHeight 662 /StemV 80 >>",
    ]
    for number, page in enumerate(pages):
        shown = "".join(f"<{''.join(f'{letters[c]:04X}' for c in line)}> Tj T*\n" for line in page)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
            f"/Contents {first + 2 * number + 1} 0 R >>".encode()
        )
        objects.append(_stream(f"BT /F1 11 Tf 14 TL 56 790 Td\n{shown}ET".encode()))
    return _assemble(objects)


def _unicode_map(letters: dict[str, int]) -> str:
    pairs = [f"<{code:04X}> <{letter.encode('utf-16-be').hex().upper()}>" for letter, code in letters.items()]
    blocks = [pairs[at : at + 100] for at in range(0, len(pairs), 100)]
    middle = "".join(f"{len(b)} beginbfchar\n{chr(10).join(b)}\nendbfchar\n" for b in blocks)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CMapName /Samples def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{middle}"
        "endcmap CMapName currentdict /CMap defineresource pop end end"
    )


def _stream(data: bytes) -> bytes:
    packed = zlib.compress(data, 9)
    return b"<< /Length %d /Filter /FlateDecode >>\nstream\n%b\nendstream" % (len(packed), packed)


def _assemble(objects: list[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, value in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, value)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
