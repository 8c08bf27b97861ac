"""`python -m bench NAME …`: runs bench/NAME.py and prints its figures as one JSON object.

Log lines go to stderr. Every object carries the machine and the versions it was measured with.
"""

from __future__ import annotations

import datetime as dt
import importlib
import importlib.metadata
import json
import logging
import os
import platform
import sys
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from schemas.errors import QuydinhError

LIBRARIES = ("scrapy", "lxml", "spacy", "tantivy", "whoosh3", "elasticsearch", "flask", "numpy", "sqlalchemy")


def names() -> dict[str, str]:
    """The benchmarks there are, each with the first line of its docstring."""
    found = {}
    for path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
        found[path.stem] = (
            (importlib.import_module(f"bench.{path.stem}").__doc__ or "").strip().split("\n")[0]
        )
    return found


def machine() -> dict[str, object]:
    """What the figures depend on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = {}
    for library in LIBRARIES:
        try:
            versions[library] = importlib.metadata.version(library)
        except importlib.metadata.PackageNotFoundError:
            continue
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(memory, 1),
        "measured_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "versions": versions,
    }


def main(arguments: list[str]) -> int:
    """Exit status: 0 measured, 1 could not be measured, 2 unknown benchmark."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(message)s")
    if not arguments or arguments[0].startswith("-"):
        for name, line in names().items():
            print(f"python -m bench {name:<10} {line}", file=sys.stderr)
        return 2
    if not (Path(__file__).parent / f"{arguments[0]}.py").is_file() or arguments[0].startswith("_"):
        print(f"no benchmark {arguments[0]!r}; there are: {', '.join(names())}", file=sys.stderr)
        return 2
    try:
        figures = importlib.import_module(f"bench.{arguments[0]}").main(arguments[1:])
    except QuydinhError as error:
        print(f"bench {arguments[0]}: {error}", file=sys.stderr)
        return 1
    except DBAPIError as error:
        print(f"bench {arguments[0]}: the database does not answer: {error.orig}", file=sys.stderr)
        print("QUYDINH_DATABASE_URL or QUYDINH_DATA_DIR tell which; is it filled?", file=sys.stderr)
        return 1
    json.dump({**figures, "machine": machine()}, sys.stdout, ensure_ascii=False, indent=1)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
