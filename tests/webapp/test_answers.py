"""What every answer carries: headers, tags, compression; the API and its description; the catalogue."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

import webapp
from schemas.documents import LegalDocument, Procedure
from schemas.search import Jump

from .portal import HOSTILE, ScriptedReader, unavailable

PAGES = [
    "/",
    "/tim-kiem?q=x",
    "/van-ban/12-2030-nd-cp",
    "/thu-tuc/1.000001",
    "/dieu-kien",
    "/api/v1/search?q=x",
]


@pytest.mark.parametrize("address", [*PAGES, "/van-ban/khong-co", "/tim-kiem?nam=x", "/static/site.css"])
def test_headers_of_every_answer(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"]


@pytest.mark.parametrize("address", PAGES)
def test_an_unchanged_page_is_not_sent_again(client: FlaskClient, address: str) -> None:
    first = client.get(address)
    tag = first.headers["ETag"]
    again = client.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get("/en" + address).headers["ETag"] != tag or address.startswith("/api")


def test_the_tag_follows_the_content(client: FlaskClient, reader: ScriptedReader) -> None:
    first = client.get("/tim-kiem?q=x").headers["ETag"]
    reader.total = 46
    assert client.get("/tim-kiem?q=x").headers["ETag"] != first


@pytest.mark.parametrize("address", PAGES)
def test_pages_are_compressed_and_small(client: FlaskClient, address: str) -> None:
    plain = client.get(address)
    packed = client.get(address, headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) <= 50_000
    assert int(packed.headers["Content-Length"]) == len(packed.data)


def test_assets_are_kept_for_ever_by_their_hash(client: FlaskClient) -> None:
    links = re.findall(r'(?:href|src)="(/static/[^"]+\?v=[^"]+)"', client.get("/").text)
    assert len(links) >= 3
    for link in links:
        answer = client.get(link, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]


def test_nothing_can_be_written(client: FlaskClient) -> None:
    for address in ("/", "/tim-kiem", "/van-ban/12-2030-nd-cp", "/api/v1/search"):
        assert client.post(address, data={"q": "x"}).status_code == 405


def test_health(client: FlaskClient, reader: ScriptedReader) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").status_code == 200
    reader.fail = unavailable
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json and answer.json["index"] == "SearchUnavailable"


def test_api_search_says_what_the_page_says(client: FlaskClient, reader: ScriptedReader) -> None:
    jump = Jump("12/2030/NĐ-CP", "Về cửa hàng mẫu", "/van-ban/12-2030-nd-cp/dieu-2", "dieu-2")
    reader.jumps = (jump,)
    query = "q=biển&trang=2&co_quan=Bộ+số+1&hieu_luc=CHL"
    found = client.get(f"/api/v1/search?{query}").json
    assert found is not None
    assert {"total", "page", "understood", "jump", "facets", "hits"} <= set(found)
    assert (found["total"], found["page"], len(found["hits"])) == (45, 2, 10)
    assert found["jump"]["provision"] == "dieu-2"
    assert found["choices"] == []
    page = client.get(f"/tim-kiem?{query}").text
    results = page[page.index('<ol class="hits"') : page.index("</ol>", page.index('<ol class="hits"'))]
    links = re.findall(r'<(?:h2|li)><a href="([^"]+)">', results)  # those of one document stand together
    assert links == [hit["url"] for hit in found["hits"]]
    assert reader.asked[0] == reader.asked[1]
    assert "<mark>biển hiệu</mark>" in found["hits"][0]["snippet"]
    assert "<script" not in found["hits"][0]["snippet"]
    reader.jumps = (jump, jump)
    several = client.get("/api/v1/search?q=12").json
    assert several and several["jump"] is None and len(several["choices"]) == 2


@pytest.mark.parametrize("query", ["trang=999", "nam=abcd", "ngay=x", "hieu_luc=?", "q=" + "a" * 501])
def test_api_refuses_as_the_page_does(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/api/v1/search?{query}")
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"
    assert answer.json and answer.json["parameter"] == query.split("=")[0]


def test_api_documents_are_canonical(client: FlaskClient) -> None:
    answer = client.get("/api/v1/documents/12-2030-nd-cp").json
    assert answer is not None
    ours = {key: answer.pop(key) for key in ("slug", "url", "sample")}
    document = LegalDocument.model_validate(answer)
    assert ours == {"slug": "12-2030-nd-cp", "url": "/van-ban/12-2030-nd-cp", "sample": False}
    assert [p.id for p in document.provisions][:3] == ["chuong-i", "dieu-1", "chuong-ii"]
    assert {r.direction for r in document.relations} == {"in", "out"}
    procedure = client.get("/api/v1/procedures/1.000001").json
    assert procedure is not None
    assert Procedure.model_validate({k: v for k, v in procedure.items() if k not in ("url", "sample")})


def test_api_choices_and_provisions(client: FlaskClient) -> None:
    several = client.get("/api/v1/documents/34-2030-tt-btn")
    assert several.status_code == 300
    assert several.json
    for choice in several.json["choices"]:
        assert client.get(f"/api/v1/documents/{choice['slug']}").status_code == 200
    clause = client.get("/api/v1/documents/12-2030-nd-cp/provisions/dieu-2/khoan-2").json
    assert clause is not None
    assert (clause["previous"], clause["next"]) == ("dieu-2/khoan-1", "dieu-2/khoan-3")
    assert clause["text"] == "Nộp hồ sơ gồm:"
    cited = client.get("/api/v1/documents/12-2030-nd-cp/provisions/dieu-2/khoan-1").json
    assert cited and cited["cited_by"][0]["url"] == "/van-ban/99-2031-nd-cp/dieu-1"
    line = client.get("/api/v1/conditions/12").json
    assert line and line["total"] == 2


def test_api_tells_what_the_first_page_and_the_list_of_changes_tell(client: FlaskClient) -> None:
    whole = client.get("/api/v1/changes").json
    page = client.get("/thay-doi").text
    assert whole and whole["changes"] and whole["next"] is None
    dates = re.findall(r'<time datetime="([^"]+)"', page)
    assert [change["date"] for change in whole["changes"]] == dates
    assert all(f'href="{change["url"]}"' in page for change in whole["changes"])
    overview = client.get("/api/v1/overview").json
    assert overview and (overview["documents"], overview["procedures"]) == (6, 2)
    assert overview["changes"] == whole["changes"][: len(overview["changes"])]
    assert overview["fields"][0]["value"] == "Thương mại"
    assert overview["read_at"] == "2026-11-20T03:00:00Z"
    assert client.get("/api/v1/changes?trang=0").status_code == 400


@pytest.mark.parametrize(
    "address",
    ["documents/khong-co", "documents/12-2030-nd-cp/provisions/dieu-9", "procedures/9", "conditions/0"],
)
def test_api_says_what_is_not_there(client: FlaskClient, address: str) -> None:
    answer = client.get(f"/api/v1/{address}")
    assert answer.status_code == 404
    assert answer.json and answer.json["status"] == 404


def test_the_description_is_openapi_and_holds_what_is_answered(client: FlaskClient) -> None:
    described = client.get("/api/v1/openapi.json").json
    assert described is not None
    assert described["openapi"].startswith("3.1")
    paths = described["paths"]
    asked = {
        "/api/v1/search": "search?q=x",
        "/api/v1/documents/{slug}": "documents/12-2030-nd-cp",
        "/api/v1/documents/{slug}/provisions/{provision}": "documents/12-2030-nd-cp/provisions/dieu-2",
        "/api/v1/procedures/{code}": "procedures/1.000001",
        "/api/v1/changes": "changes",
        "/api/v1/overview": "overview",
        "/api/v1/conditions": "conditions",
        "/api/v1/conditions/{line}": "conditions/12",
        "/api/v1/suggest": "suggest?q=x",
    }
    # Plans, regulations and consultations are held to it where they are tested with records.
    elsewhere = (
        "/api/v1/plans",
        "/api/v1/regulations",
        "/api/v1/consultations",
        "/api/v1/log",
        "/api/v1/scoreboard",
    )
    assert {path for path in paths if not path.startswith(elsewhere)} == set(asked)
    for path, address in asked.items():
        schema = paths[path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        whole = {**schema, "components": described["components"]}
        jsonschema.validate(client.get(f"/api/v1/{address}").json, whole)


def test_hostile_words_stay_words_in_the_api(client: FlaskClient) -> None:
    answer = client.get("/api/v1/suggest", query_string={"q": HOSTILE})
    assert answer.mimetype == "application/json"
    assert json.loads(answer.data)["suggestions"][0]["text"].startswith(HOSTILE[:20])


# The catalogue of the English interface.

FOLDER = Path(webapp.__file__).parent
CATALOGUE = FOLDER / "translations" / "en" / "LC_MESSAGES"


def _messages() -> set[str | tuple[str, ...]]:
    keywords = {"_": None, "gettext": None, "N_": None, "ngettext": (1, 2)}
    methods = [("**/templates/**.html", "jinja2"), ("**/templates/**.txt", "jinja2"), ("**.py", "python")]
    found = extract_from_dir(FOLDER, methods, keywords=keywords)
    return {message for _file, _line, message, _comments, _context in found}


@pytest.mark.integration  # reads every line of the site
def test_every_message_is_translated() -> None:
    with (CATALOGUE / "messages.po").open("rb") as file:
        known: Catalog = read_po(file, locale="en")
    translated = {message.id for message in known if message.id and all(_texts(message.string))}
    assert translated == _messages()
    for message in known:
        if message.id:
            for source, text in zip(_texts(message.id), _texts(message.string), strict=True):
                assert _placeholders(text) == _placeholders(source), message.id


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)s|\{\w+\}", text))


def _texts(value: str | tuple[str, ...] | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def test_the_compiled_catalogue_is_the_written_one() -> None:
    with (CATALOGUE / "messages.po").open("rb") as po, (CATALOGUE / "messages.mo").open("rb") as mo:
        written, compiled = read_po(po, locale="en"), read_mo(mo)
    for message in written:
        if message.id:
            kept = compiled.get(message.id if isinstance(message.id, str) else message.id[0])
            assert kept and _texts(kept.string) == _texts(message.string)


@pytest.mark.integration
def test_the_site_starts_without_what_it_does_not_need(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "for name in ('spacy', 'scrapy', 'elasticsearch', 'bs4', 'lxml', 'warcio', 'whoosh', 'alembic'):\n"
        "    sys.modules[name] = None\n"
        "from schemas.settings import Settings\n"
        "from webapp import create_app\n"
        "client = create_app(Settings(data_dir=sys.argv[1])).test_client()\n"
        "print(client.get('/healthz').status_code, client.get('/tim-kiem?q=x').status_code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "new")],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.split()[0] == "200"
    assert done.stdout.split()[1] == "503"
