"""The HTML in which the national database gives a text, in each of the forms seen there.

`prov` marks every provision with a class and the identifier of its tree node, `mixed` only those of the
first articles, `legacy` is an old Word export (tags and soft hyphens within words, source line breaks),
`plain` knows divisions and line breaks only.
"""

from __future__ import annotations

import html
import random
import unicodedata
from collections.abc import Iterator

from .outline import identifier, label, split, untitled
from .sources import Annex, Article, Document, Heading

PLACE = "Thủ đô (mẫu)"
STATE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
_MIXED_UNTIL = 3  # articles with classes in the form "mixed"
_FONT = "font-family: 'times new roman', times, serif; font-size: 14px;"


def esc(text: str) -> str:
    return html.escape(text, quote=False)


def day(document: Document) -> str:
    """ "ngày 15 tháng 03 năm 2024"."""
    return f"ngày {document.issued:%d} tháng {document.issued:%m} năm {document.issued:%Y}"


def content(document: Document, touched: dict[str, str]) -> str | None:
    """documentContent.content; None without a text, "" for a source that wrongly says it has one.

    `touched`: article number → the mark ("10:ref", "1:") that the database puts on amended articles.
    """
    if document.form == "empty":
        return None
    if document.form == "lie":
        return ""
    writer = {"prov": _marked, "mixed": _marked, "legacy": _legacy, "plain": _plain}[document.form]
    text = f"<html>\n <head></head>\n <body>\n{''.join(writer(document, touched))} </body>\n</html>"
    return unicodedata.normalize("NFD", text) if document.nfd else text


# ------------------------------------------------------------------------------------------ prov, mixed
def _marked(document: Document, touched: dict[str, str]) -> Iterator[str]:
    yield _letterhead(document)
    yield (
        f'  <p align="center">{_span(f"<strong>{document.type.upper()}</strong>")}<br>'
        f"{_span(f'<strong>{esc(document.title)}</strong>')}</p>\n"
    )
    for line in document.preamble:
        yield f"  <p>{_span(f'<em>{esc(line)}</em>')}</p>\n"
    count = 0
    for part in document.body:
        marked = document.form == "prov" or count < _MIXED_UNTIL
        if isinstance(part, Heading):
            yield _heading(document, part, marked)
        else:
            count += 1
            yield from _article(document, part, touched.get(part.number, "")) if marked else _bare(part)
    yield _signature(document)
    for annex in document.annexes:
        yield from _annex(document, annex)


def _span(inner: str) -> str:
    return f'<span style="{_FONT}">{inner}</span>'


def _heading(document: Document, part: Heading, marked: bool) -> str:
    inner = _span(f"<strong>{part.word} {part.number}</strong><br><strong>{esc(part.title)}</strong>")
    if not marked or part.word == "Mục":
        return f'  <p align="center">{inner}</p>\n'
    key = identifier(document.id, part.word, part.number)
    return f'  <p id="{key}" class="prov-chapter" align="center" style="font-size: 14px;">{inner}</p>\n'


def _article(document: Document, article: Article, mark: str) -> Iterator[str]:
    own = identifier(document.id, "Điều", article.number)
    kind = f' type="{mark}"' if mark else ""
    name = f"<strong>Điều {article.number}. {esc(article.heading)}</strong>"
    first = name if article.heading else f"{name}{esc(article.lines[0])}"
    yield f'  <p id="{own}" class="prov-article" style="font-size: 14px;"{kind}>{_span(first)}</p>\n'
    before, clauses = split(untitled(article))
    for line in before:
        yield f'  <p class="prov-content" style="font-size: 14px;">{_span(esc(line))}</p>\n'
    for clause in clauses:
        key = identifier(document.id, "Điều", article.number, clause.number)
        yield f'  <p id="{key}" class="prov-clause" parent-id="{own}">{_span(esc(clause.text))}</p>\n'
        for line in clause.more:
            yield f'  <p class="prov-content">{_span(esc(line))}</p>\n'
        for letter, line in clause.points:
            node = identifier(document.id, "Điều", article.number, clause.number, letter)
            yield f'  <p id="{node}" class="prov-item" parent-id="{key}">{_span(esc(line))}</p>\n'


def _bare(article: Article) -> Iterator[str]:
    name = f"<strong>Điều {article.number}. {esc(article.heading)}</strong>"
    yield f"  <p>{name}{'' if article.heading else esc(article.lines[0])}</p>\n"
    for line in untitled(article).lines:
        yield f"  <p>{esc(line)}</p>\n"


def _letterhead(document: Document) -> str:
    agencies = "<br>".join(f"<strong>{esc(name.upper())}</strong>" for name in document.agencies)
    return (
        '  <table border="0" style="border-collapse: collapse; width: 100%;">\n   <tbody>\n    <tr>\n'
        f'     <td style="text-align: center;">\n      <p>{agencies}</p>\n'
        f"      <p>Số: {esc(document.number)}</p></td>\n"
        '     <td style="text-align: center;">\n'
        f"      <p><strong>{STATE}</strong><br><strong>{MOTTO}</strong></p>\n"
        f"      <p><em>{PLACE}, {day(document)}</em></p></td>\n    </tr>\n   </tbody>\n  </table>\n"
    )


def _signature(document: Document) -> str:
    return (
        '  <div>\n   <div style="display: flex; justify-content: flex-end;">\n'
        f'    <div style="text-align: center; font-weight: bold;">\n'
        f"     <div>{_span(esc(document.office.upper()))}</div>\n"
        f"     <div>{_span('(Đã ký)')}</div>\n    </div>\n   </div>\n  </div>\n"
    )


def _annex(document: Document, annex: Annex) -> Iterator[str]:
    note, *lines = annex.lines
    yield f'  <p align="center"><strong>{esc(annex.label.upper())}</strong></p>\n'
    yield f'  <p align="center"><strong>{esc(annex.title)}</strong><br><em>{esc(note)}</em></p>\n'
    for line in lines:
        yield f"  <p>{esc(line)}</p>\n"
    for article in annex.articles:
        yield from _bare(article)
    if annex.rows:
        head, *rows = annex.rows
        yield '  <table border="1" cellspacing="0" cellpadding="3">\n   <tbody>\n    <tr>'
        yield "".join(f"<td><strong>{esc(cell)}</strong></td>" for cell in head)
        yield "</tr>\n"
        for row in rows:
            yield f"    <tr>{''.join(f'<td>{esc(cell)}</td>' for cell in row)}</tr>\n"
        yield "   </tbody>\n  </table>\n"


# ----------------------------------------------------------------------------------------------- legacy
def _legacy(document: Document, touched: dict[str, str]) -> Iterator[str]:
    chance = random.Random(document.id)
    middle = '<p class="MsoNormal" align="center" style="text-align: center">{}</p>\n'
    paragraph = '<p class="MsoNormal" style="margin: 6pt 0cm; text-align: justify">{}</p>\n'
    yield (
        '<div><table border="0" width="100%"><tbody><tr><td valign="top" width="40%">'
        + "".join(middle.format(f"<b>{esc(name.upper())}</b>") for name in document.agencies)
        + middle.format(f"Số:&nbsp;{esc(document.number)}")
        + '</td><td valign="top" width="60%">'
        + middle.format(f"<b>{STATE}</b>")
        + middle.format(f"<b>{MOTTO}</b>")
        + middle.format(f"<i>{PLACE}, {day(document)}</i>")
        + "</td></tr></tbody></table></div>\n"
    )
    yield middle.format(f"<b>{document.type.upper()}</b>")
    yield middle.format(f"<b>{_worn(chance, document.title)}</b>")
    yield '<p class="MsoNormal">&nbsp;<o:p></o:p></p>\n'
    for line in document.preamble:
        yield paragraph.format(f"<i>{_worn(chance, line)}</i>")
    for part in document.body:
        if isinstance(part, Heading):
            yield middle.format(f"<b>{part.word.upper()} {part.number}</b>")
            yield middle.format(f"<b>{_worn(chance, part.title)}</b>")
            continue
        number = f"<b><span>Điề</span></b><b><span>u {part.number}</span>.&nbsp;</b>"
        name = f'<a name="dieu_{part.number}"></a>{number}'
        title = _worn(chance, part.heading or part.lines[0])
        yield paragraph.format(name + (f"<b>{title}</b>" if part.heading else title))
        for line in untitled(part).lines:
            yield paragraph.format(_worn(chance, line))
    yield (
        '<table border="0" width="100%"><tbody><tr>'
        '<td width="50%">Nơi nhận:<br>- Như trên;<br>- Lưu: VT.</td>'
        f'<td width="50%">{middle.format(f"<b>{esc(document.office.upper())}</b>")}'
        f"{middle.format('<i>(Đã ký)</i>')}</td></tr></tbody></table>\n"
    )
    for annex in document.annexes:
        yield from _annex(document, annex)


def _worn(chance: random.Random, text: str) -> str:
    """Words as old exports have them: split by tags or soft hyphens, parted by line breaks or &nbsp;."""
    words = []
    for word in text.split(" "):
        cut = chance.randrange(1, len(word)) if len(word) > 3 and "&" not in word else 0
        luck = chance.random()
        if cut and luck < 0.03:
            words.append(f"{esc(word[:cut])}</span\n><span>{esc(word[cut:])}")
        elif cut and luck < 0.05:
            words.append(f"{esc(word[:cut])}&shy;{esc(word[cut:])}")
        else:
            words.append(esc(word))
    between = (chance.choices([" ", "\n", "&nbsp;"], [90, 8, 2])[0] for _ in words)
    return f"<span>{''.join(w + g for w, g in zip(words, between, strict=True)).rstrip()}</span>"


# ------------------------------------------------------------------------------------------------ plain
def _plain(document: Document, touched: dict[str, str]) -> Iterator[str]:
    yield _letterhead(document)
    yield f'<div align="center"><b>{document.type.upper()}</b><br><b>{esc(document.title)}</b></div>\n<div>'
    for line in document.preamble:
        yield f"{esc(line)}<br>\n"
    for part in document.body:
        if isinstance(part, Heading):
            yield f"<center><b>{part.word} {part.number}<br>{esc(part.title)}</b></center>\n"
        else:
            first = esc(label(part))
            yield f"<b>{first}</b><br>\n" if part.heading else f"{first}<br>\n"
            for line in untitled(part).lines:
                yield f"{esc(line)}<br>\n"
    yield "</div>\n"
    yield _signature(document)
    for annex in document.annexes:
        yield from _annex(document, annex)
