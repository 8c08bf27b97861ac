"""Documentation that lags fails the build."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from schemas.settings import PREFIX, Settings

ROOT = Path(__file__).parent.parent
DOCS = "\n".join(p.read_text(encoding="utf-8") for p in sorted((ROOT / "docs").glob("*.md")))
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_documented(name: str) -> None:
    text = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    assert f"`{PREFIX}{name.upper()}`" in text


def test_no_setting_is_documented_that_does_not_exist() -> None:
    named = set(re.findall(rf"`{PREFIX}([A-Z_]+)`", DOCS + README))
    assert {n.lower() for n in named if not n.startswith("TEST_")} <= set(Settings.model_fields)


def commands(stage: str) -> set[str]:
    """The commands a stage offers, read from its own help."""
    answer = subprocess.run(
        [sys.executable, "-m", stage, "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    listed = re.search(r"\{([a-z,-]+)\}", answer.stdout)
    return set(listed.group(1).split(",")) if listed else set()


@pytest.mark.integration
@pytest.mark.parametrize("stage", ["crawler", "indexer", "webapp"])
def test_every_command_is_documented(stage: str) -> None:
    found = commands(stage)
    assert found, "no command found: has the entry point changed its form?"
    assert not {c for c in found if f"python -m {stage} {c}" not in DOCS + README}


def test_every_benchmark_is_documented() -> None:
    for path in (ROOT / "bench").glob("*.py"):
        if not path.stem.startswith("_"):
            assert f"python -m bench {path.stem}" in DOCS + README, path.stem


def test_every_source_is_documented() -> None:
    text = (ROOT / "docs/sources.md").read_text(encoding="utf-8")
    for path in (ROOT / "crawler/spiders").glob("*.py"):
        if not path.stem.startswith("_") and path.stem != "base":
            assert f"`{path.stem}`" in text, path.stem


def test_make_lists_its_targets() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("run", "test", "unit", "check", "crawl", "index", "bench", "elasticsearch"):
        assert re.search(rf"^{target}:.*## ", makefile, re.M), target


def test_no_registry_host_in_the_pins() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        assert "://" not in (ROOT / name).read_text(encoding="utf-8")


def test_the_newest_migration_is_named() -> None:
    from schemas.migrations import HEAD

    names = sorted(p.stem for p in (ROOT / "schemas/migrations/versions").glob("0*.py"))
    assert names[-1].startswith(HEAD)
