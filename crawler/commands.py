"""The commands of `python -m crawler`. Exit status 0 only if nothing failed."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import logging
import os
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

import sqlalchemy as sa

from schemas.database import database_engine
from schemas.errors import QuydinhError
from schemas.migrations import upgrade
from schemas.settings import Settings, load_settings, make_data_dir, unknown_variables

from . import pipeline
from .crawl import Options
from .export import export, write_json_schemas
from .logs import configure_logging
from .progress import reporter
from .restore import restore
from .runs import Summary, peak_mb
from .sources import source_classes

log = logging.getLogger("crawler")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; the exit status: 0 good, 1 something failed, 2 wrong use."""
    options = _parser().parse_args(arguments)
    try:
        settings = load_settings()
        configure_logging(settings)
        for sentence in unknown_variables(os.environ):
            log.warning(sentence)
        if options.command == "schemas":
            write_json_schemas()
            return 0
        make_data_dir(settings)
        engine = database_engine(settings.database)
        upgrade(engine)
        return _run(options, settings, engine)
    except QuydinhError as error:
        print(f"crawler: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("crawler: interrupted; the same command goes on from here", file=sys.stderr)
        return 130


def _run(options: argparse.Namespace, settings: Settings, engine: sa.Engine) -> int:
    if options.command == "export":
        return _export(options.output, engine)
    if options.command == "import":
        return _import(options.file, engine, options.json)
    with reporter() as report:
        if options.command == "crawl":
            wanted = Options(options.since, options.limit, options.files == "all")
            summary = pipeline.crawl(settings, engine, options.sources, wanted, report)
        else:
            summary = pipeline.parse(settings, engine, options.sources, options.archive, report)
    _show(summary, options.json)
    return 0 if summary.is_good else 1


def _export(output: Path | None, engine: sa.Engine) -> int:
    try:
        with output.open("w", encoding="utf-8") if output else nullcontext(sys.stdout) as file:
            counts = export(engine, file)
    except BrokenPipeError:  # `export | head`: whoever reads has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what Python flushes at the end
        return 0
    except OSError as error:
        raise QuydinhError(f"{output or 'standard output'}: {error.strerror}") from error
    print(", ".join(f"{count} {kind}s" for kind, count in counts.items()), file=sys.stderr)
    return 0


def _import(path: Path, engine: sa.Engine, as_json: bool) -> int:
    try:
        with path.open(encoding="utf-8") as file:
            summary = Summary("import", restore(engine, file), peak_mb=round(peak_mb(), 1))
    except OSError as error:
        raise QuydinhError(f"{path}: {error.strerror}") from error
    _show(summary, as_json)
    return 0


def _show(summary: Summary, as_json: bool) -> None:
    print(json.dumps(summary.as_dict(), ensure_ascii=False) if as_json else "\n".join(summary.lines()))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m crawler", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    names = sorted(source_classes())
    crawl = commands.add_parser("crawl", help="fetch what is new or changed, parse and store it")
    crawl.add_argument("sources", nargs="+", metavar="SOURCE", choices=names, help=", ".join(names))
    crawl.add_argument("--since", type=_date, metavar="DATE", help="only records of that day or later (ISO)")
    crawl.add_argument("--limit", type=_positive, metavar="N", help="only the first N records of each list")
    crawl.add_argument("--files", choices=("needed", "all"), default="needed", help="which files to fetch")
    parse = commands.add_parser("parse", help="rebuild the records from the archive, with no network")
    parse.add_argument("sources", nargs="+", metavar="SOURCE", choices=names, help=", ".join(names))
    parse.add_argument("--archive", type=Path, metavar="DIR", help="another archive, read only")
    exporting = commands.add_parser("export", help="write every record as a line of JSON")
    exporting.add_argument("--output", type=Path, metavar="FILE", help="standard output if absent")
    importing = commands.add_parser("import", help="read an export into the database")
    importing.add_argument("file", type=Path, metavar="FILE")
    for command in (crawl, parse, importing):
        command.add_argument("--json", action="store_true", help="the summary as one JSON object")
    commands.add_parser("schemas", help="publish the JSON Schema of the export under schemas/export")
    return parser


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date such as 2026-01-31") from None


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
    return int(text)
