"""What a run did, as it is stored, printed and measured."""

from __future__ import annotations

import datetime as dt
import resource
import sys
from dataclasses import asdict, dataclass, field
from typing import Any

import sqlalchemy as sa

from schemas.tables import crawl_runs

#: Failures shown one by one; the rest are counted by reason.
SHOWN_FAILURES = 20


@dataclass(slots=True)
class SourceSummary:
    """One source in one run. `fetched` counts records asked for, `failed` maps a record to the reason."""

    source: str
    listed: int = 0
    fetched: int = 0
    requests: int = 0
    new: int = 0
    changed: int = 0
    status_by_date: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    returned: int = 0
    incoming: int = 0  # documents whose incoming relations were completed from the acting ones
    failed: dict[str, str] = field(default_factory=dict)
    retries: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Summary:
    """A whole run.

    `stages`: seconds {crawl, parse, store}. Parsing (in two processes, added up) and storing go on beside the
    crawl, so that they add up to more than `seconds`, the wall time. `peak_mb`: of the largest process.
    """

    command: str
    sources: list[SourceSummary] = field(default_factory=list)
    stages: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0
    peak_mb: float = 0.0

    @property
    def is_good(self) -> bool:
        """True if nothing failed."""
        return not any(s.failed for s in self.sources)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"ok": self.is_good}

    def lines(self) -> list[str]:
        """For people."""
        text = []
        for s in self.sources:
            text.append(
                f"{s.source}: fetched {s.fetched}, new {s.new}, changed {s.changed}, "
                f"status by date {s.status_by_date}, unchanged {s.unchanged}, withdrawn {s.withdrawn}, "
                f"returned {s.returned}, failed {len(s.failed)}"
            )
            if s.incoming:
                text.append(f"  incoming relations completed on {s.incoming} documents")
            for key, reason in list(s.failed.items())[:SHOWN_FAILURES]:
                text.append(f"  failed: {key}: {reason}")
            if len(s.failed) > SHOWN_FAILURES:
                text.append(f"  and {len(s.failed) - SHOWN_FAILURES} more")
            if s.retries:
                reasons = ", ".join(f"{reason} ({n})" for reason, n in sorted(s.retries.items()))
                text.append(f"  tried again after: {reasons}")
        stages = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in self.stages.items())
        spent = f"{self.seconds:.1f} s ({stages}), " if stages else ""
        text.append(f"{spent}{self.peak_mb:.0f} MB at most")
        return text


def peak_mb() -> float:
    """Largest resident size of this process or one of its finished children, in MiB."""
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return (
        max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        / unit
    )


def begin_run(engine: sa.Engine, source: str, command: str) -> int:
    """A row in crawl_runs; its id."""
    values = {"source": source, "command": command, "started_at": dt.datetime.now(dt.UTC)}
    with engine.begin() as connection:
        result = connection.execute(crawl_runs.insert().values(values).returning(crawl_runs.c.id))
        return int(result.scalar_one())


def end_run(engine: sa.Engine, run_id: int, summary: dict[str, Any]) -> None:
    """Writes what came out of it."""
    values = {"finished_at": dt.datetime.now(dt.UTC), "summary": summary}
    with engine.begin() as connection:
        connection.execute(sa.update(crawl_runs).where(crawl_runs.c.id == run_id).values(values))
