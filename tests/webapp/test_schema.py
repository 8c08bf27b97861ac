"""The API against its own description: no crash, no answer the description does not know (schemathesis)."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.generation.modes import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from schemas.database import database_engine
from schemas.migrations import upgrade
from schemas.settings import Settings
from tests.webapp.consultations.people import add_people, opened, send
from tests.webapp.portal import ScriptedReader, fill
from webapp import create_app

pytestmark = pytest.mark.integration
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def api_schema(tmp_path_factory: pytest.TempPathFactory) -> Iterator[schemathesis.BaseSchema]:
    """The sample portal's records with a consultation, a plan's and regulation's lists, on SQLite."""
    own = Settings(data_dir=tmp_path_factory.mktemp("described"))
    database = database_engine(own.database)
    upgrade(database)
    fill(database)
    with database.begin() as connection:
        add_people(connection)
    made = opened(database)
    send(database, made, "Nên giữ 05 ngày.", letter={"path": "dieu-2/khoan-1"})
    app = create_app(own, ScriptedReader())
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    app.extensions["quydinh"].database.dispose()
    database.dispose()


def test_every_answer_is_as_described(api_schema: schemathesis.BaseSchema) -> None:
    """Every operation, with parameters as described and with others."""
    asked = []
    for found in api_schema.get_all_operations():
        assert hasattr(found, "ok"), found.err()
        operation = found.ok()
        asked.append(operation.label)
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            _ask(operation, mode)
    assert len(asked) >= 15


def _ask(operation: Any, mode: GenerationMode) -> None:
    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=8,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Any) -> None:
        # The test client hands over bytes as they were sent, compressed ones too.
        case.call_and_validate(checks=CHECKS, headers={"Accept-Encoding": "identity"})

    if mode is GenerationMode.POSITIVE:
        ask()
    else:  # where every text is a good parameter, or there is none, nothing else can be made up
        with contextlib.suppress(Unsatisfiable):
            ask()
