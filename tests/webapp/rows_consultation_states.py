"""Rows of consultations and comments in each of their states: every route, by everybody.

What is answered is written down here once more, and not read from the rules it is to check.
"""

# ruff: noqa: E501, E741 -- a table reads better with one row a line

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Mapping

import sqlalchemy as sa

from schemas import consultation_tables as c
from schemas.consultations import COVER, Step
from schemas.people import Role
from tests.webapp import rows_consultations as base
from tests.webapp.matrix import EVERYONE, NOBODY, Ask, Row, World, over
from webapp.consultations import attachments, comments, moderation, store
from webapp.consultations.moderation import Decision
from webapp.consultations.rows import clock

O, A, M = over(Role.OFFICER), over(Role.APPROVER), over(Role.MODERATOR)
P, D, G, S = base.P, base.D, base.G, base.S

# ---------------------------------------------------------------- consultations


def submitted(world: World) -> int:
    return base.preparing(world, True)


def upcoming(world: World) -> int:
    made = base.opened(world)
    with world.database.begin() as connection:
        later = clock(connection) + dt.timedelta(days=2)
        t = c.consultations
        moved = {"opens_at": later, "closes_at": later + dt.timedelta(days=30)}
        connection.execute(sa.update(t).where(t.c.id == made).values(**moved))
    return made


def answered(world: World) -> int:
    made = base.ended(world)
    with world.database.begin() as connection:
        store.close_answered(connection, base.OPENER, made, int(base.revision(world, made)), "Thử.")
    return made


MADE: dict[str, Callable[[World], int]] = {
    "preparing": base.preparing,
    "submitted": submitted,
    "upcoming": upcoming,
    "open": base.opened,
    "new version": base.with_new_version,
    "ended": base.ended,
    "answered": answered,
}
PREPARED = ("preparing", "submitted")
RECEIVING = ("open", "new version")


def desk(path: str, make: Callable[[World], int], data: Mapping[str, object]) -> Callable[[World, str], Ask]:
    def ask(world: World, _persona: str) -> Ask:
        made = make(world)
        fresh = {name: value() if callable(value) else value for name, value in data.items()}
        return Ask(f"{base.DESK}/{made}{path}", {**fresh, "revision": base.revision(world, made)})

    return ask


def pdf() -> tuple[io.BytesIO, str]:
    return io.BytesIO(b"%PDF-1.7"), "a.pdf"


#: Route of the desk, who may, what is sent, and the states in which it is done; elsewhere it is refused in words.
DONE: list[tuple[str, frozenset[str], Mapping[str, object], tuple[str, ...], int]] = [
    ("/sua", O, base.FORM, PREPARED, 422),
    ("/du-thao", O, {"text": "Điều 1. Thử\nLời.", "viec": "luu"}, tuple(set(MADE) - {"answered"}), 409),
    ("/trinh", O, {}, PREPARED, 422),
    ("/mo", A, {}, ("submitted",), 422),
    ("/han", A, {"closes": "31/12/2098"}, ("upcoming", *RECEIVING), 422),
    ("/ban-moi", A, {}, ("new version",), 422),
    ("/tra-loi-xong", A, {"result": "Thử."}, ("ended",), 422),
    ("/tai-lieu", O, {"file": pdf}, tuple(set(MADE) - {"answered"}), 422),
]
DESK_PAGES = {"": O | A | M, "/hop-thu": O | A | M, "/noi-dung": O | A | M, "/sua": O, "/du-thao": O}
PUBLIC = {
    P: "/tham-van/{}",
    f"{P}.ics": "/tham-van/{}.ics",
    f"{P}/y-kien": "/tham-van/{}/y-kien",
    f"{P}/bang-tong-hop.<kind>": "/tham-van/{}/bang-tong-hop.xlsx",
    "/api/v1/consultations/<int:consultation_id>": "/api/v1/consultations/{}",
    "/api/v1/consultations/<int:consultation_id>/comments": "/api/v1/consultations/{}/comments",
}


def of_consultation(state: str, make: Callable[[World], int]) -> list[Row]:
    label = f"in state {state}"

    def public(path: str, data: Mapping[str, object] = {}) -> Callable[[World, str], Ask]:
        return lambda world, _persona: Ask(path.format(make(world)), data)

    form = 404 if state in PREPARED else 200 if state in RECEIVING else 409
    sent = 404 if state in PREPARED else 303 if state in RECEIVING else 409
    seen = 404 if state in PREPARED else 200
    led = 404 if state in PREPARED else 303  # nothing was typed: to the form, which says what is the matter
    write = "/tham-van/{}/gop-y"
    return [
        *(
            Row(
                f"{D}{path}",
                who,
                desk(path, make, data),
                "POST",
                303 if state in done else otherwise,
                state=label,
                personal="file" in data,
            )
            for path, who, data, done, otherwise in DONE
        ),
        *(
            Row(f"{D}{path}", who, public(base.DESK + "/{}" + path), state=label)
            for path, who in DESK_PAGES.items()
        ),
        *(Row(rule, EVERYONE, public(path), status=seen, state=label) for rule, path in PUBLIC.items()),
        Row(f"{P}/gop-y", EVERYONE, public(write), status=form, state=label),
        Row(f"{P}/gop-y", EVERYONE, public(write, base.TYPED), "POST", sent, state=label),
        Row(f"{P}/gop-y/xem-truoc", EVERYONE, public(write + "/xem-truoc"), status=led, state=label),
        Row(f"{P}/gop-y/gui", EVERYONE, public(write + "/gui"), "POST", led, state=label),
    ]


# ---------------------------------------------------------------- comments

Found = tuple[int, int, str, str]


def redacted(world: World) -> Found:
    found = base.comment(world)
    with world.database.begin() as connection:
        cover = Decision(Step.REDACT, "personal_data", "Thử.", body=COVER)
        moderation.decide(connection, base.OPENER, found[1], "published", cover)
    return found


def appealed(world: World) -> Found:
    found = base.hidden(world)
    with world.database.begin() as connection:
        moderation.appeal(connection, comments.locked(connection, found[1]), "Thử.")
    return found


COMMENTS: dict[str, Callable[[World], Found]] = {
    "waiting": base.waiting,
    "published": base.comment,
    "redacted": redacted,
    "hidden": base.hidden,
    "appealed": appealed,
    "withdrawn": base.withdrawn,
}
SEEN = {"waiting": "submitted", "appealed": "hidden"}
SHOWN = ("published", "redacted")
_WHY = {"reason_code": "insult", "reason": "Thử.", "shown_body": COVER}
#: What moderators decide, and the states in which it can be.
DECISIONS: dict[str, tuple[str, ...]] = {
    "publish": ("waiting", "redacted", "hidden", "appealed"),
    "redact": ("waiting", "published", "redacted", "hidden", "appealed"),
    "hide": ("waiting", "published", "redacted"),
}


def about(path: str, make: Callable[[World], Found], **data: object) -> Callable[[World, str], Ask]:
    def ask(world: World, _persona: str) -> Ask:
        made, number, tracking, code = make(world)
        return Ask(path.format(made=made, comment=number, tracking=tracking, code=code), data)

    return ask


def clean_file(make: Callable[[World], Found]) -> Callable[[World, str], Ask]:
    def ask(world: World, _persona: str) -> Ask:
        made, number, _tracking, _code = make(world)
        settings = world.app.extensions["quydinh"].settings
        with world.database.begin() as connection:
            file = attachments.keep(connection, settings, made, b"%PDF-1.7", "a.pdf", None)
            t = c.attachments
            connection.execute(sa.update(t).where(t.c.id == file).values(comment_id=number))
            attachments.settle(connection, file, "clean", "")
        return Ask(f"/tham-van/{made}/tep/{file}")

    return ask


def of_comment(state: str, make: Callable[[World], Found]) -> list[Row]:
    label, seen = f"in state {state}", SEEN.get(state, state)
    one, own = "/quan-tri/gop-y/{comment}", "/tham-van/gop-y/{tracking}/{code}"
    page = "/tham-van/{made}/y-kien/{comment}"
    shown, refused = EVERYONE if state in SHOWN else NOBODY, dict.fromkeys(EVERYONE, 404)
    rows = [
        Row(G, O | A | M, about(one, make), state=label),
        *(
            Row(f"{G}/kiem-duyet", M, about(f"{one}/kiem-duyet", make, step=step, seen=seen, **_WHY), "POST",
                303 if state in able else 422, state=f"{step} {label}")
            for step, able in DECISIONS.items()
        ),
        *(
            Row(f"{G}/xem-lai", M | A, about(f"{one}/xem-lai", make, step=step, seen=seen, reason="Thử."), "POST",
                303 if state == "appealed" else 422, state=f"{step} {label}")
            for step in ("appeal_upheld", "appeal_rejected")
        ),
        Row(f"{G}/bao-cao", M, about(f"{one}/bao-cao", make), "POST", 303, state=label),
        Row(f"{G}/giao", O | A, about(f"{one}/giao", make, officer="", due="01/01/2027"), "POST", 303, state=label),
        Row(f"{G}/ghi-chu", O | A | M, about(f"{one}/ghi-chu", make, note="Thử."), "POST", 303, state=label),
        Row(f"{G}/tra-loi", O, about(f"{one}/tra-loi", make, **base.REPLY), "POST", 303, state=label),
        Row(f"{G}/cong-bo", A, about(f"{one}/cong-bo", make, answer="1", revision="1"), "POST", 422, state=label),
        Row(S, EVERYONE, about(own, make), state=label),
        Row(f"{S}/rut", EVERYONE, about(f"{own}/rut", make, sure="1"), "POST", 422 if state == "withdrawn" else 303,
            state=label),
        Row(f"{S}/xem-lai", EVERYONE, about(f"{own}/xem-lai", make, reason="Thử."), "POST",
            303 if state in ("redacted", "hidden") else 422, state=label),
        Row(f"{P}/tep/<int:attachment_id>", EVERYONE if state == "published" else NOBODY, clean_file(make),
            refused=refused, state=f"of a comment {label}"),
    ]  # fmt: skip
    for more in ("", "/bao-cao", "/khong-phai-toi"):
        rule = f"{P}/y-kien/<int:comment_id>{more}"
        rows.append(Row(rule, shown, about(page + more, make), refused=refused, state=label))
        if more:
            told = {"reason": "other", "name": "A", "contact": "b"}
            rows.append(Row(rule, shown, about(page + more, make, **told), "POST", 200, refused, label))
    return rows


ROWS = [
    *(row for state, make in MADE.items() for row in of_consultation(state, make)),
    *(row for state, make in COMMENTS.items() for row in of_comment(state, make)),
]
