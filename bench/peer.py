"""Result pages under load beside what people would set up in an afternoon: Datasette with SQLite FTS5."""

from __future__ import annotations

import argparse
import contextlib
import re
import shutil
import sqlite3
import sys
import tempfile
import urllib.parse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from schemas.errors import QuydinhError
from schemas.settings import load_settings

from . import quality
from ._http import free_port, load, serving, site
from .latency import dataset_environment

_FACET = "document_type"
_WORDS = re.compile(r"\w+")


def main(arguments: Sequence[str]) -> dict[str, Any]:
    """Keys: site (two workers), datasette as it comes, datasette_two_processes (any of the words both),
    datasette_all_words; each with per_s, p50_ms, p95_ms, errors and generator_cpu_share; ratio and
    ratio_two_processes. The same clients, the same queries, one corpus.
    """
    options = _parser().parse_args(arguments)
    lines = options.queries.read_text(encoding="utf-8").splitlines()
    queries = [line.strip() for line in lines if line.strip()]
    with tempfile.TemporaryDirectory(prefix="quydinh-bench-") as scratch:
        if options.dataset is None:
            settings = load_settings()
            return _both(options, queries, {}, settings.database, Path(scratch))
        options.keep = options.keep or Path(scratch)
        with quality.opened(options) as (reader, _):
            reader.status()
        environment = dataset_environment(options.keep)
        return _both(options, queries, environment, environment["QUYDINH_DATABASE_URL"], Path(scratch))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench peer", description=__doc__)
    parser.add_argument("--queries", type=Path, required=True, help="one query a line")
    parser.add_argument("--dataset", type=Path, help="a BEIR folder instead of the site's own documents")
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--keep", type=Path, help="folder to keep a dataset's index in, and to take it from")
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=20.0, help="of load on each")
    parser.add_argument("--datasette", help="the program, if it is not on the path")
    parser.set_defaults(engine="tantivy", tier="A", limit=None)
    return parser


def _both(
    options: argparse.Namespace,
    queries: Sequence[str],
    environment: dict[str, str],
    database: str,
    scratch: Path,
) -> dict[str, Any]:
    with site(environment) as url:
        load(url, queries, options.clients, 3.0)  # warm
        found: dict[str, Any] = {
            "clients": options.clients,
            "site": load(url, queries, options.clients, options.seconds),
        }
    program = options.datasette or shutil.which("datasette") or str(Path(sys.executable).parent / "datasette")
    if not shutil.which(program):
        return found | {"datasette": None, "skipped": "datasette is not installed: pip install datasette"}
    if not database.startswith("sqlite:///"):
        return found | {"datasette": None, "skipped": "only a corpus in SQLite is copied for Datasette"}
    found["records"] = copy_corpus(Path(database.removeprefix("sqlite:///")), scratch / "corpus.db")
    for count, name, ratio in (
        (1, "datasette", "ratio"),
        (2, "datasette_two_processes", "ratio_two_processes"),
    ):
        with datasettes(program, scratch / "corpus.db", count) as urls:
            load(urls, queries, options.clients, 3.0, any_word)
            found[name] = load(urls, queries, options.clients, options.seconds, any_word)
            if count == 1:
                found["datasette_all_words"] = load(
                    urls, queries, options.clients, options.seconds, all_words
                )
        if found[name]["per_s"]:
            found[ratio] = round(found["site"]["per_s"] / found[name]["per_s"], 1)
    return found


@contextlib.contextmanager
def datasettes(program: str, database: Path, count: int) -> Iterator[list[str]]:
    """So many processes over one file; Datasette itself starts one, the site two."""
    with contextlib.ExitStack() as running:
        urls = []
        for _ in range(count):
            port = free_port()
            command = [program, "serve", "--immutable", str(database), "--port", str(port)]
            command += [
                "--setting",
                "sql_time_limit_ms",
                "30000",
                "--setting",
                "facet_time_limit_ms",
                "30000",
            ]
            urls.append(
                running.enter_context(serving(command, f"http://127.0.0.1:{port}", "/-/versions.json"))
            )
        yield urls


def copy_corpus(source: Path, target: Path) -> int:
    """Articles with their documents' titles in one table with an FTS5 index that folds marks."""
    if not source.is_file():
        raise QuydinhError(f"{source} is not there")
    with contextlib.closing(sqlite3.connect(target)) as made:
        made.execute("attach ? as portal", (str(source),))
        made.execute(
            "create table provisions as select p.path, d.number, d.type as document_type, d.title, p.heading,"
            " p.text from portal.provisions p join portal.documents d on d.id = p.document_id"
            " where p.level = 'article' and d.withdrawn_at is null"
        )
        made.execute(
            "create virtual table provisions_fts using fts5(title, heading, text, content='provisions',"
            " tokenize='unicode61 remove_diacritics 2')"
        )
        made.execute(
            "insert into provisions_fts(rowid, title, heading, text)"
            " select rowid, title, heading, text from provisions"
        )
        made.execute("create index provisions_type on provisions(document_type)")
        made.commit()
        count: int = made.execute("select count(*) from provisions").fetchone()[0]
        return count


def any_word(text: str) -> str:
    """Records with any of the words, as the site's questions are read."""
    wanted = " OR ".join(f'"{word}"' for word in dict.fromkeys(_WORDS.findall(text.lower())))
    return _page({"_search": wanted or '""', "_searchmode": "raw"})


def all_words(text: str) -> str:
    """Datasette's own way: records with all the words, mostly none for a question."""
    return _page({"_search": text})


def _page(values: dict[str, str]) -> str:
    values |= {"_facet": _FACET, "_size": "10"}
    return "/corpus/provisions?" + urllib.parse.urlencode(values)
