"""Who may import whom: the arrows of the design, read from the source."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
STAGES = ("schemas", "crawler", "indexer", "webapp")
SOURCES = [p for stage in (*STAGES, "bench") for p in sorted((ROOT / stage).rglob("*.py"))]

#: A third party's library → the only places that may import it.
FENCES: dict[str, tuple[str, ...]] = {
    "scrapy": ("crawler/",),
    "twisted": ("crawler/",),
    "warcio": ("crawler/",),
    "bs4": ("crawler/sites/",),
    "lxml": ("crawler/sites/",),
    "pypdf": ("crawler/sites/",),
    "docx": ("crawler/sites/", "webapp/"),
    "spacy": ("indexer/tagging/",),
    "tantivy": ("indexer/engines/tantivy", "bench/"),
    "elasticsearch": ("indexer/engines/elastic", "bench/"),
    "whoosh": ("indexer/engines/whoosh", "bench/"),
    "flask": ("webapp/",),
    "flask_babel": ("webapp/",),
    "flask_openapi3": ("webapp/",),
    "gunicorn": ("webapp/",),
    "argon2": ("webapp/accounts/",),
    "authlib": ("webapp/accounts/",),
    "joserfc": ("webapp/accounts/",),
    "holidays": ("webapp/",),
    "openpyxl": ("webapp/",),
    "altcha": ("webapp/", "bench/"),
    "scipy": ("indexer/ranking/kernels", "indexer/ranking/embedding"),
    "numba": ("indexer/ranking/kernels",),
    "lightgbm": ("indexer/ranking/learning",),
    "cryptography": ("webapp/receipts/",),
}
#: What `schemas` may import from outside; Alembic only in its migrations.
SCHEMAS_MAY = {"pydantic", "pydantic_settings", "sqlalchemy", "alembic"}


def statements(block: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Every statement, also those inside others. No expression is visited: there are ten times as many."""
    for node in block:
        yield node
        for part in ("body", "orelse", "handlers", "finalbody", "cases"):
            yield from statements(getattr(node, part, ()))


def imports(path: Path) -> set[str]:
    """Top-level names and full dotted names a file imports, wherever in the file it does so."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    found: set[str] = set()
    for node in statements(ast.parse(path.read_text(encoding="utf-8")).body):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join((*base, node.module) if node.module else base)
            found |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return found


def violations(path: Path) -> list[str]:
    """Every import of this file that the design does not allow."""
    name = path.relative_to(ROOT).as_posix()
    stage = name.split("/")[0]
    wrong = []
    for module in imports(path):
        top = module.split(".")[0]
        if top in STAGES and stage in STAGES and top not in (stage, "schemas"):
            if name == "webapp/__init__.py" and module in ("indexer", "indexer.open_search"):
                continue
            wrong.append(f"{name} imports {module}: {stage} may not know {top}")
        if top in ("tests", "bench") and stage in STAGES:
            wrong.append(f"{name} imports {module}")
        if top in FENCES and not name.startswith(FENCES[top]):
            wrong.append(f"{name} imports {top}: only {', '.join(FENCES[top])} may")
        if stage == "schemas" and top not in sys.stdlib_module_names | SCHEMAS_MAY | {
            "schemas",
            "__future__",
        }:
            wrong.append(f"{name} imports {top}: schemas stays small")
        if stage == "schemas" and top == "alembic" and not name.startswith("schemas/migrations"):
            wrong.append(f"{name} imports alembic")
    return wrong


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_imports_follow_the_design(path: Path) -> None:
    assert violations(path) == []


def test_the_rule_can_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    bad = tmp_path / "webapp" / "views.py"
    bad.parent.mkdir()
    bad.write_text(
        "import tantivy\nfrom crawler.store import save\ndef f():\n    import spacy\n"
        "try:\n    pass\nexcept OSError:\n    import scrapy\nelse:\n    import bs4\n"
        "try:\n    pass\nfinally:\n    import lxml\n"
        "match 1:\n    case 1:\n        import whoosh\n"
    )
    wrong = " ".join(violations(bad))
    expected = ("tantivy", "crawler.store", "spacy", "scrapy", "bs4", "lxml", "whoosh")
    assert [name for name in expected if f"imports {name}" not in wrong] == []


@pytest.mark.integration
def test_the_site_starts_without_the_heavy_libraries(tmp_path: Path) -> None:
    """The site must run where spaCy, Scrapy and Elasticsearch's client are not installed."""
    code = (
        "import sys\n"
        "for name in ('spacy', 'scrapy', 'twisted', 'elasticsearch', 'whoosh', 'bs4', 'lxml',\n"
        "    'scipy', 'numba', 'lightgbm'):\n"
        "    sys.modules[name] = None\n"
        "from pathlib import Path\n"
        "from schemas.settings import Settings\n"
        "from webapp import create_app\n"
        f"app = create_app(Settings(data_dir=Path({str(tmp_path)!r})))\n"
        "assert app.test_client().get('/healthz').status_code == 200\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
