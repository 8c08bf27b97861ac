"""Downloads of a petition's files: by its sender, who gets back what was checked, and at the desk of the
agency, where somebody looks at what waits."""

from __future__ import annotations

from flask import abort, redirect, request
from werkzeug.wrappers import Response

from schemas.errors import Refused
from schemas.people import Action

from ..consultations.downloads import download
from ..consultations.rows import Row
from ..languages import local
from ..state import site
from . import files
from .blueprint import DESK, bp
from .desk import held
from .following import own_petition


def _one(petition_id: int, file_id: int, *states: str) -> Row:
    with site().database.connect() as connection:
        found = {file.id: file for file in files.of_petition(connection, petition_id)}.get(file_id)
    if found is None or found.state not in states:
        abort(404)
    return found


@bp.get("/phan-anh/<tracking>/<code>/tep/<int:file_id>")
def own_file(tracking: str, code: str, file_id: int) -> Response:
    """A checked file for whoever holds number and code."""
    return download(_one(own_petition(tracking, code).id, file_id, "clean"))


@bp.get(f"{DESK}/<int:petition_id>/tep/<int:file_id>")
def desk_file(petition_id: int, file_id: int) -> Response:
    """A file for whoever works on the petition, also one that nobody has checked yet; never a refused one."""
    with site().database.connect() as connection:
        held(connection, petition_id, Action.SEE_PETITIONS)
    return download(_one(petition_id, file_id, "quarantined", "clean"))


@bp.post(f"{DESK}/<int:petition_id>/tep/<int:file_id>")
def check_file(petition_id: int, file_id: int) -> Response:
    """Let a file out of quarantine, or refuse it."""
    with site().database.begin() as connection:
        _row, subject, person = held(connection, petition_id, Action.HANDLE_PETITION)
        decision = request.form.get("decision", "")
        if decision not in ("clean", "refused"):
            abort(400)
        try:
            files.settle(connection, person, subject, petition_id, file_id, decision)
        except Refused:
            abort(404)
    return redirect(local(f"{DESK}/{petition_id}") + "#tep", 303)
