"""Rows of petitions: sending and following is everybody's; the desk is that of the agency that has it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from schemas import petition_tables as p
from schemas.people import Grant, Person, Role
from schemas.petitions import Step
from tests.webapp.matrix import EVERYONE, OWN, Ask, Row, World, anywhere, over
from tests.webapp.people import add_person
from webapp.consultations import attachments
from webapp.petitions import files, store
from webapp.petitions.store import Done, Petition
from webapp.working_days import vietnam

_numbers = count(1)
_OFFICERS, _APPROVERS = over(Role.OFFICER), over(Role.APPROVER)
_DESK = "/quan-tri/phan-anh"
_STAFF = anywhere(Role.OFFICER, Role.APPROVER)


def made(world: World, *steps: Step) -> store.Sent:
    """A petition of the matrix's own ministry, taken through steps."""
    writer: Person = add_person(world.database, Grant(Role.OFFICER), Grant(Role.APPROVER))
    second: Person = add_person(world.database, Grant(Role.APPROVER))
    petition = Petition("Một vướng mắc", "Vướng ở chỗ này.", "A", "B", "0900000000", ministry=OWN)
    with world.database.begin() as connection:
        sent = store.send(
            connection, str(world.app.secret_key), f"m{next(_numbers)}", petition, "", vietnam()
        )
        for step in steps:
            done = Done(step, "Lời", OWN, "explained", "not_a_rule", 5)
            person = second if step in (Step.PUBLISH, Step.ARCHIVE) else writer
            store.take(connection, person, sent.petition_id, done, vietnam())
    return sent


def ask(form: str, *steps: Step, **data: object) -> Callable[[World, str], Ask]:
    def asked(world: World, _persona: str) -> Ask:
        sent = made(world, *steps)
        path = form.format(id=sent.petition_id, tracking=sent.tracking, code=sent.secret)
        return Ask(path, {"revision": 1 + len(steps), **data})

    return asked


def with_file(form: str, *, checked: bool = False, **data: object) -> Callable[[World, str], Ask]:
    """A petition with a file, in quarantine or let out of it."""

    def asked(world: World, _persona: str) -> Ask:
        sent = made(world)
        with world.database.begin() as connection:
            settings = world.app.extensions["quydinh"].settings
            (file,) = files.keep(connection, settings, [("a.pdf", b"%PDF-1.7")], petition_id=sent.petition_id)
            if checked:
                attachments.settle(connection, file, "clean", "#1", p.petition_files)
        return Ask(
            form.format(id=sent.petition_id, tracking=sent.tracking, code=sent.secret, file=file), data
        )

    return asked


_REFUSAL = {"viec": "refuse", "reason": "not_a_rule", "note-refuse": "Vì thế"}
_OWN_FILE, _FILE = (
    "/phan-anh/<tracking>/<code>/tep/<int:file_id>",
    f"{_DESK}/<int:petition_id>/tep/<int:file_id>",
)
_OWN_PAGE, _ONE = "/phan-anh/<tracking>/<code>", f"{_DESK}/<int:petition_id>"
ROWS = [
    Row("/phan-anh", EVERYONE, "/phan-anh"),
    Row("/phan-anh.atom", EVERYONE, "/phan-anh.atom"),
    Row("/phan-anh.csv", EVERYONE, "/phan-anh.csv"),
    Row("/phan-anh/gui", EVERYONE, "/phan-anh/gui"),
    Row("/phan-anh/gui", EVERYONE, lambda _w, _p: Ask("/phan-anh/gui", {}), "POST", 422),
    Row("/phan-anh/theo-doi", EVERYONE, "/phan-anh/theo-doi"),
    Row("/phan-anh/theo-doi", EVERYONE, lambda _w, _p: Ask("/phan-anh/theo-doi", {}), "POST", 422),
    Row("/phan-anh/<int:petition_id>", EVERYONE, ask("/phan-anh/{id}"), status=404, state="not public"),
    Row(
        "/phan-anh/<int:petition_id>",
        EVERYONE,
        ask("/phan-anh/{id}", Step.FORWARD, Step.ANSWER, Step.PUBLISH),
        state="public",
    ),
    Row(_OWN_PAGE, EVERYONE, ask("/phan-anh/{tracking}/{code}"), state="with the code"),
    Row(_OWN_PAGE, EVERYONE, ask("/phan-anh/{tracking}/00000000"), status=404, state="with a guess"),
    Row(
        _OWN_PAGE,
        EVERYONE,
        ask("/phan-anh/{tracking}/{code}", viec="withdraw", sure="1"),
        "POST",
        303,
        state="with the code",
    ),
    Row(
        _OWN_PAGE,
        EVERYONE,
        ask("/phan-anh/{tracking}/00000000", viec="withdraw", sure="1"),
        "POST",
        404,
        state="with a guess",
    ),
    Row(_OWN_FILE, EVERYONE, with_file("/phan-anh/{tracking}/{code}/tep/{file}", checked=True),
        state="checked"),
    Row(_OWN_FILE, EVERYONE, with_file("/phan-anh/{tracking}/{code}/tep/{file}"), status=404,
        state="waiting"),
    Row(_OWN_FILE, EVERYONE, with_file("/phan-anh/{tracking}/0000/tep/{file}", checked=True), status=404,
        state="with a guess"),
    Row(_FILE, _OFFICERS | _APPROVERS, with_file(_DESK + "/{id}/tep/{file}")),
    Row(_FILE, _OFFICERS, with_file(_DESK + "/{id}/tep/{file}", decision="clean"), "POST", 303),
    Row(_DESK, _STAFF, _DESK),
    Row(f"{_DESK}/thoi-han", _STAFF, f"{_DESK}/thoi-han"),
    Row(
        f"{_DESK}/thoi-han",
        _APPROVERS,
        lambda _w, _p: Ask(
            f"{_DESK}/thoi-han", {"ministry": OWN, "kind": "handle", "days": "7", "basis": "Quyết định"}
        ),
        "POST",
        303,
    ),
    Row(_ONE, _OFFICERS | _APPROVERS, ask(_DESK + "/{id}")),
    Row(_ONE, _OFFICERS, ask(_DESK + "/{id}", **_REFUSAL),
        "POST", 303, state="new"),
    Row(_ONE, _OFFICERS, ask(_DESK + "/{id}", Step.FORWARD, viec="answer", outcome="explained",
        **{"note-answer": "Vì thế"}), "POST", 303, state="in progress"),
    Row(_ONE, _APPROVERS, ask(_DESK + "/{id}", Step.FORWARD, Step.ANSWER, viec="publish"), "POST", 303,
        state="handled"),
]  # fmt: skip
