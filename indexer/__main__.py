"""`python -m indexer build | sync | status | clicks | train …`: the search index from the command line."""

from __future__ import annotations

import argparse
import importlib
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from schemas.database import database_engine
from schemas.engine import SearchEngine
from schemas.errors import QuydinhError, SearchUnavailable, SettingsError
from schemas.migrations import upgrade
from schemas.settings import PREFIX, Settings, load_settings, make_data_dir, unknown_variables

from .build import build
from .changes import pending
from .clicks import count_clicks, erase_clicks, export_clicks
from .engines import open_engine
from .query.synonyms import read_file
from .ranking.rerank import ranking_store
from .sync import follow, sync

log = logging.getLogger("indexer")
ENGINES = ("tantivy", "elasticsearch", "whoosh")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0 only if all went well."""
    options = _parser().parse_args(arguments)
    try:
        settings = load_settings()
        logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
        for sentence in unknown_variables(os.environ):
            log.warning(sentence)
        database = database_engine(settings.database)
        if options.with_database:
            if settings.database.startswith("sqlite"):
                make_data_dir(settings)
            upgrade(database)
        result = options.run(options, settings, database)
    except QuydinhError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    except sa.exc.SQLAlchemyError as error:
        print(f"the database does not answer: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # `annotations | head`: whoever reads has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what Python flushes at the end
        return 0
    except KeyboardInterrupt:
        print("interrupted; what is served stays as it was", file=sys.stderr)
        return 130
    _print(result, options.json)
    return 1 if result and result.get("problems") else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m indexer", description=__doc__)
    commands = parser.add_subparsers(required=True)
    for name, run, text in (
        ("build", _build, "index everything anew and serve it"),
        ("sync", _sync, "bring pending changes to the served index"),
        ("status", _status, "what is served"),
        ("annotations", _annotations, "what the tagger found, one JSON object a line"),
        ("synonyms", _synonyms, "check the portal's own synonyms file"),
        ("clicks", _clicks, "what people open after a search: how much is kept; write or erase it"),
        ("train", _train, "learn the order of results anew from judged questions"),
        ("train-topics", _train_topics, "learn the subject fields anew from documents that have them"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("--json", action="store_true", help="print one JSON object")
        command.set_defaults(run=run, with_database=name not in ("synonyms", "train"))
        if name in ("build", "sync", "status"):
            command.add_argument("--engine", choices=ENGINES, help="another engine than the settings'")
        if name in ("build", "sync"):
            command.add_argument("--no-tags", action="store_true", help="do not tag first")
        if name == "build":
            command.add_argument("--tier", choices=("A", "B", "C"), help="A: without re-ranking data")
        if name == "train":
            command.add_argument("--dataset", type=Path, action="append", required=True, help="BEIR folder")
            command.add_argument(
                "--synthetic", type=int, default=0, help="without judgements, on N made-up questions"
            )
            command.add_argument("--cross-validate", action="store_true", help="also print honest figures")
            command.add_argument("--output", type=Path, help="folder to write instead of the shipped models")
            command.add_argument("--keep", type=Path, help="folder to keep indexes in, and to take them from")
        if name == "clicks":
            command.add_argument("--output", type=Path, help="folder to write judged questions to")
            command.add_argument("--erase", action="store_true", help="delete all that is kept")
        if name == "sync":
            command.add_argument("--follow", action="store_true", help="go on until interrupted")
        if name == "annotations":
            command.add_argument("--output", type=Path, help="file to write; standard output without it")
        if name == "synonyms":
            command.add_argument("--file", type=Path, help="another file than the settings'")
        if name == "train-topics":
            command.add_argument("--output", type=Path, help="file to write instead of the shipped weights")
    return parser


def _build(options: argparse.Namespace, settings: Settings, database: sa.Engine) -> dict[str, Any]:
    tagged = None if options.no_tags else _tagger(settings, database)()
    engine = open_engine(settings, options.engine)
    built = build(engine, database).as_json()
    if (options.tier or settings.search_tier) != "A":
        # Searchable since now; the better order follows, and SciPy and numba are needed for it only.
        attach = importlib.import_module("indexer.ranked").attach_ranking
        built["ranking"] = attach(engine, database, ranking_store(settings, options.engine))
    return built | {"tags": asdict(tagged)} if tagged is not None else built


def _train(options: argparse.Namespace, settings: Settings, database: sa.Engine) -> dict[str, Any]:
    learn = importlib.import_module("indexer.train").train
    figures: dict[str, Any] = learn(
        options.dataset, options.output, options.cross_validate, options.keep, options.synthetic
    )
    return figures


def _sync(options: argparse.Namespace, settings: Settings, database: sa.Engine) -> dict[str, Any]:
    engine = open_engine(settings, options.engine)
    tags = None if options.no_tags else _tagger(settings, database)
    renew = _renewer(options, settings, engine, database)
    if not options.follow:
        synced = asdict(sync(engine, database, tags))
        return synced | ({"ranked_documents": renew()} if renew else {})
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    if tags:
        importlib.import_module("indexer.tagging")  # now, not when the first change waits for it
    log.info("following changes for %s", engine.name)
    follow(engine, database, stop, tags, renew)
    return {"engine": engine.name, "stopped": True}


def _renewer(
    options: argparse.Namespace, settings: Settings, engine: SearchEngine, database: sa.Engine
) -> Callable[[], int] | None:
    """Renewal of the re-ranking data. SciPy is loaded only where there is data."""
    store = ranking_store(settings, options.engine)

    def renew() -> int:
        state = engine.state()
        if state is None or store.stamp(state.generation) is None:
            return 0
        renewed: int = importlib.import_module("indexer.ranked").renew_ranking(engine, database, store)
        return renewed

    return renew if settings.search_tier != "A" else None


def _status(options: argparse.Namespace, settings: Settings, database: sa.Engine) -> dict[str, Any]:
    engine: SearchEngine = open_engine(settings, options.engine)
    state = engine.state()
    if state is None:
        raise SearchUnavailable(f"{engine.name} serves nothing yet; run `python -m indexer build`")
    by_kind = dict(engine.count())
    return {
        "engine": engine.name,
        "generation": state.generation,
        "records": sum(by_kind.values()),
        "by_kind": by_kind,
        "pending": pending(database, state.position),
        "built_at": state.built_at.isoformat(),
    }


def _annotations(
    options: argparse.Namespace, settings: Settings, database: sa.Engine
) -> dict[str, Any] | None:
    export = importlib.import_module("indexer.annotations").export_annotations
    if options.output is None:
        export(database, sys.stdout)
        return None
    try:
        with options.output.open("w", encoding="utf-8") as file:
            return {"annotations": export(database, file)}
    except OSError as error:
        raise QuydinhError(f"{options.output}: {error.strerror}") from error


def _clicks(options: argparse.Namespace, settings: Settings, database: sa.Engine) -> dict[str, Any]:
    result = count_clicks(database)
    if options.output is not None:
        result = export_clicks(database, options.output)
    return result | erase_clicks(database) if options.erase else result


def _synonyms(options: argparse.Namespace, settings: Settings, database: sa.Engine) -> dict[str, Any]:
    path = options.file or settings.synonyms_file
    if path is None:
        raise SettingsError(PREFIX + "SYNONYMS_FILE", "", "a file; or name one with --file")
    try:
        found = read_file(path)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            PREFIX + "SYNONYMS_FILE", str(path), f"a readable file in UTF-8 ({error})"
        ) from error
    for problem in found.problems:
        print(f"{path}, {problem}", file=sys.stderr)
    return {"entries": len(found.entries), "problems": [asdict(problem) for problem in found.problems]}


def _train_topics(options: argparse.Namespace, settings: Settings, database: sa.Engine) -> dict[str, Any]:
    trained = importlib.import_module("indexer.tagging.train_topics")
    figures: dict[str, Any] = trained.train_topics(database, options.output or trained.PATH)
    return figures


def _tagger(settings: Settings, database: sa.Engine) -> Callable[[], Any]:
    """Tagging of what is new. Loaded only by the commands that tag, since it brings spaCy along."""
    return lambda: importlib.import_module("indexer.tagging").tag_pending(settings, database)


def _print(result: dict[str, Any] | None, as_json: bool) -> None:
    if result is None:
        return
    if as_json:
        print(json.dumps(result, ensure_ascii=False))
        return
    for name, value in result.items():
        print(f"{name}: {value}")


if __name__ == "__main__":
    sys.exit(main())
