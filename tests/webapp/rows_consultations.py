"""Rows of consultations: what everybody reads and sends, what the desk answers to whom."""

# ruff: noqa: E501, E741 -- a table reads better with one row a line

from __future__ import annotations

import datetime as dt
import itertools
import secrets
from collections.abc import Callable

import sqlalchemy as sa

from schemas import consultation_tables as c
from schemas.consultations import ConsultationContent, DraftProvision, Sender, Step, Verdict
from schemas.people import Grant, Person, Role
from schemas.settings import Settings
from tests.webapp.matrix import EVERYONE, OTHER, OWN, SIGNED_IN, Ask, Row, World, anywhere, over
from webapp.consultations import answers, attachments, comments, moderation, store
from webapp.consultations.comments import Letter
from webapp.consultations.moderation import Decision
from webapp.consultations.rows import clock
from webapp.receipts.keys import signer_of

_numbers = itertools.count(1)
O, A, M = Role.OFFICER, Role.APPROVER, Role.MODERATOR
#: Writers who are none of the personas, so that "not by its own drafter" refuses nobody here.
WRITER = Person(900_001, "Người soạn", grants=(Grant(O), Grant(M)))
OPENER = Person(900_002, "Người duyệt", grants=(Grant(A), Grant(M)))
DESK, ONE = "/quan-tri/tham-van", "/quan-tri/gop-y"
FORM = {"title": "Dự thảo thử", "purpose": "Để thử.", "opens": "01/01/2026", "closes": "31/12/2099"}
SETTINGS = Settings()
DRAFT = [DraftProvision(path="dieu-1", level="article", number="1", heading="Thử", text="Lời văn.")]


def preparing(world: World, submitted: bool = False, ministry: str = OWN) -> int:
    """A consultation nobody has opened."""
    with world.database.begin() as connection:
        begun = clock(connection) - dt.timedelta(seconds=1)
        content = ConsultationContent(
            title="Dự thảo thử", opens_at=begun, closes_at=begun + dt.timedelta(days=30)
        )
        made = store.create(connection, WRITER, ministry, content, SETTINGS)
        store.write_draft(connection, WRITER, made, 1, DRAFT)
        if submitted:
            store.submit(connection, WRITER, made, 2)
    return made


def opened(world: World, ministry: str = OWN) -> int:
    made = preparing(world, True, ministry)
    with world.database.begin() as connection:
        store.open_for_comment(connection, OPENER, made, 3)
    return made


def ended(world: World) -> int:
    made = opened(world)
    with world.database.begin() as connection:
        t = c.consultations
        past = clock(connection) - dt.timedelta(days=1)
        statement = sa.update(t).where(t.c.id == made)
        connection.execute(statement.values(opens_at=past - dt.timedelta(days=30), closes_at=past))
    return made


def with_new_version(world: World) -> int:
    made = opened(world)
    with world.database.begin() as connection:
        store.write_draft(connection, WRITER, made, 4, DRAFT)
    return made


def comment(world: World, proof: bool = True, made: int | None = None) -> tuple[int, int, str, str]:
    """Consultation, comment, tracking number and code."""
    made = made or opened(world)
    with world.database.begin() as connection:
        letter = Letter(Sender.ANONYMOUS, body=f"Góp ý thử số {next(_numbers)}.", email="a@mau.example")
        sent = comments.send(
            connection, str(world.app.secret_key), made, secrets.token_hex(8), letter, clock(connection), "",
            proof=proof, signer=signer_of(world.app.extensions["quydinh"].settings),
        )  # fmt: skip
    return made, sent.comment_id, sent.tracking, sent.secret


def revision(world: World, made: int) -> str:
    with world.database.connect() as connection:
        query = sa.select(c.consultations.c.revision).where(c.consultations.c.id == made)
        return str(connection.execute(query).scalar_one())


def reading(path: str) -> Callable[[World, str], Ask]:
    """A GET of a public consultation with one public comment; made once for all personas."""
    kept: dict[int, tuple[int, int, str, str]] = {}

    def ask(world: World, persona: str) -> Ask:
        if id(world) not in kept:
            kept[id(world)] = comment(world)
        made, number, tracking, code = kept[id(world)]
        return Ask(path.format(made=made, comment=number, tracking=tracking, code=code))

    return ask


def on_comment(path: str, data: dict[str, object]) -> Callable[[World, str], Ask]:
    """A form about a new public comment."""

    def ask(world: World, persona: str) -> Ask:
        made, number, tracking, code = comment(world)
        return Ask(path.format(made=made, comment=number, tracking=tracking, code=code), data)

    return ask


def on_consultation(
    path: str, make: Callable[[World], int], data: dict[str, object]
) -> Callable[[World, str], Ask]:
    """A form about a new consultation, with its revision."""

    def ask(world: World, persona: str) -> Ask:
        made = make(world)
        return Ask(f"{DESK}/{made}{path}", {**data, "revision": revision(world, made)})

    return ask


def of_other(world: World) -> int:
    return opened(world, OTHER)


def confirmable(world: World, persona: str) -> Ask:
    made, _number, _tracking, _code = comment(world, proof=False)
    token = secrets.token_hex(8)
    from webapp.accounts.sessions import hash_token

    with world.database.begin() as connection:
        t = c.comments
        mine = sa.update(t).where(t.c.consultation_id == made)
        connection.execute(mine.values(confirm_hash=hash_token(token)))
    return Ask(f"/tham-van/xac-nhan/{token}")


def tracked(world: World, persona: str) -> Ask:
    _made, _number, tracking, code = comment(world)
    return Ask("/tham-van/theo-doi", {"tracking": tracking, "code": code})


def hidden(world: World) -> tuple[int, int, str, str]:
    found = comment(world)
    with world.database.begin() as connection:
        decision = Decision(Step.HIDE, "insult", "Thử.")
        moderation.decide(connection, OPENER, found[1], "published", decision)
    return found


def to_appeal(world: World, persona: str) -> Ask:
    _made, _number, tracking, code = hidden(world)
    return Ask(f"/tham-van/gop-y/{tracking}/{code}/xem-lai", {"reason": "Thử."})


def appealed(world: World, persona: str) -> Ask:
    _made, number, _tracking, _code = hidden(world)
    with world.database.begin() as connection:
        row = connection.execute(sa.select(c.comments).where(c.comments.c.id == number)).one()
        moderation.appeal(connection, row, "Thử.")
    return Ask(f"{ONE}/{number}/xem-lai", {"step": "appeal_upheld", "seen": "hidden"})


def claimed(world: World, persona: str) -> Ask:
    _made, number, _tracking, _code = comment(world)
    with world.database.begin() as connection:
        claim = moderation.claim(connection, number, "A", "a@mau.example", "")
    return Ask(f"{ONE}/{number}/mao-danh/{claim}", {"decision": "rejected"})


def with_file(world: World, clean: bool) -> tuple[int, int, int]:
    made, number, _tracking, _code = comment(world)
    settings = world.app.extensions["quydinh"].settings
    with world.database.begin() as connection:
        file = attachments.keep(connection, settings, made, b"%PDF-1.7", "a.pdf", None)
        t = c.attachments
        connection.execute(sa.update(t).where(t.c.id == file).values(comment_id=number))
        if clean:
            attachments.settle(connection, file, "clean", "")
    return made, number, file


def public_file(world: World, persona: str) -> Ask:
    made, _number, file = with_file(world, True)
    return Ask(f"/tham-van/{made}/tep/{file}")


def waiting_file(world: World, persona: str) -> Ask:
    _made, number, file = with_file(world, False)
    return Ask(f"{ONE}/{number}/tep/{file}", {"decision": "clean"})


def quarantined(world: World, persona: str) -> Ask:
    made, _number, file = with_file(world, False)
    return Ask(f"/tham-van/{made}/tep/{file}")


def answer_waits(world: World, persona: str) -> Ask:
    _made, number, _tracking, _code = comment(world)
    with world.database.begin() as connection:
        answer = answers.save(connection, WRITER, number, Verdict.NOT, "Thử.")
        answers.submit(connection, WRITER, answer, 1)
    return Ask(f"{ONE}/{number}/cong-bo", {"answer": str(answer), "revision": "2"})


def answered_of(world: World, persona: str) -> Ask:
    made = ended(world)
    return Ask(f"{DESK}/{made}/tra-loi-xong", {"revision": revision(world, made), "result": "Thử."})


def paper(world: World, made: int) -> int:
    """A paper that WRITER uploaded and nobody has made public."""
    settings = world.app.extensions["quydinh"].settings
    with world.database.begin() as connection:
        return attachments.keep(connection, settings, made, b"%PDF-1.7", "a.pdf", None, WRITER.id)


def on_paper(viec: str) -> Callable[[World, str], Ask]:
    def ask(world: World, persona: str) -> Ask:
        made = opened(world)
        return Ask(f"{DESK}/{made}/tai-lieu/{paper(world, made)}", {"viec": viec})

    return ask


def unpublished_paper(world: World, persona: str) -> Ask:
    made = opened(world)
    return Ask(f"/tham-van/{made}/tep/{paper(world, made)}")


def own_comment(world: World, persona: str) -> Ask:
    """A comment of the persona's own account."""
    _made, number, _tracking, _code = comment(world)
    person = world.people[persona]
    with world.database.begin() as connection:
        mine = sa.update(c.comments).where(c.comments.c.id == number)
        connection.execute(mine.values(account_id=person.id if person else None))
    return Ask(f"/tai-khoan/gop-y/{number}", {"viec": "quen"})


def withdrawn(world: World) -> tuple[int, int, str, str]:
    found = comment(world)
    with world.database.begin() as connection:
        row = connection.execute(sa.select(c.comments).where(c.comments.c.id == found[1])).one()
        comments.withdraw(connection, row)
    return found


def waiting(world: World) -> tuple[int, int, str, str]:
    return comment(world, proof=False)


def own_desk(make: Callable[[World], int], rest: str = "") -> Callable[[World, str], Ask]:
    return lambda world, persona: Ask(f"{DESK}/{make(world)}{rest}")


def not_public(make: Callable[[World], tuple[int, int, str, str]]) -> Callable[[World, str], Ask]:
    return lambda world, persona: Ask("/tham-van/{}/y-kien/{}".format(*make(world)[:2]))


HIDE = {"step": "hide", "reason_code": "insult", "reason": "Thử.", "seen": "published"}
REPLY = {"verdict": "not", "text": "Thử.", "revision": "0"}
P = "/tham-van/<int:consultation_id>"
S = "/tham-van/gop-y/<tracking>/<code>"
D = f"{DESK}/<int:consultation_id>"
G = f"{ONE}/<int:comment_id>"
TYPED = {"body": "Thử.", "sender": "anonymous"}

ROWS = [
    Row("/tham-van", EVERYONE, "/tham-van"),
    Row("/tham-van.atom", EVERYONE, "/tham-van.atom"),
    Row(P, EVERYONE, reading("/tham-van/{made}")),
    Row(P, frozenset(), lambda w, p: Ask(f"/tham-van/{preparing(w)}"), refused=dict.fromkeys(EVERYONE, 404), state="preparing"),
    Row(f"{P}.ics", EVERYONE, reading("/tham-van/{made}.ics")),
    Row(f"{P}/y-kien", EVERYONE, reading("/tham-van/{made}/y-kien")),
    Row(f"{P}/y-kien/<int:comment_id>", EVERYONE, reading("/tham-van/{made}/y-kien/{comment}")),
    Row(f"{P}/y-kien/<int:comment_id>", frozenset(), lambda w, p: Ask("/tham-van/{}/y-kien/{}".format(*hidden(w)[:2])), refused=dict.fromkeys(EVERYONE, 404), state="hidden"),
    Row(f"{P}/bang-tong-hop.<kind>", EVERYONE, reading("/tham-van/{made}/bang-tong-hop.xlsx")),
    Row(f"{P}/tep/<int:attachment_id>", EVERYONE, public_file),
    Row(f"{P}/tep/<int:attachment_id>", frozenset(), quarantined, refused=dict.fromkeys(EVERYONE, 404), state="quarantined"),
    Row(f"{P}/gop-y", EVERYONE, reading("/tham-van/{made}/gop-y")),
    Row(f"{P}/gop-y", EVERYONE, on_comment("/tham-van/{made}/gop-y", TYPED), "POST", 303),
    Row(f"{P}/gop-y/xem-truoc", EVERYONE, reading("/tham-van/{made}/gop-y/xem-truoc"), status=303),
    Row(f"{P}/gop-y/gui", EVERYONE, on_comment("/tham-van/{made}/gop-y/gui", {}), "POST", 303),
    Row(f"{P}/gop-y/bo-tep", EVERYONE, on_comment("/tham-van/{made}/gop-y/bo-tep", {}), "POST", 303),
    Row("/tham-van/theo-doi", EVERYONE, "/tham-van/theo-doi"),
    Row("/tham-van/theo-doi", EVERYONE, tracked, "POST", 303),
    Row("/tham-van/xac-nhan/<token>", EVERYONE, "/tham-van/xac-nhan/x"),
    Row("/tham-van/xac-nhan/<token>", EVERYONE, confirmable, "POST"),
    Row(S, EVERYONE, reading("/tham-van/gop-y/{tracking}/{code}")),
    Row(S, frozenset(), reading("/tham-van/gop-y/{tracking}/0"), refused=dict.fromkeys(EVERYONE, 404), state="wrong code"),
    Row(f"{S}/rut", EVERYONE, on_comment("/tham-van/gop-y/{tracking}/{code}/rut", {"sure": "1"}), "POST", 303),
    Row(f"{S}/rut", frozenset(), on_comment("/tham-van/gop-y/{tracking}/0/rut", {"sure": "1"}), "POST", refused=dict.fromkeys(EVERYONE, 404), state="wrong code"),
    Row(f"{S}/xem-lai", EVERYONE, to_appeal, "POST", 303),
    Row(f"{P}/y-kien/<int:comment_id>/bao-cao", EVERYONE, reading("/tham-van/{made}/y-kien/{comment}/bao-cao")),
    Row(f"{P}/y-kien/<int:comment_id>/bao-cao", EVERYONE, on_comment("/tham-van/{made}/y-kien/{comment}/bao-cao", {"reason": "other"}), "POST"),
    Row(f"{P}/y-kien/<int:comment_id>/khong-phai-toi", EVERYONE, reading("/tham-van/{made}/y-kien/{comment}/khong-phai-toi")),
    Row(f"{P}/y-kien/<int:comment_id>/khong-phai-toi", EVERYONE, on_comment("/tham-van/{made}/y-kien/{comment}/khong-phai-toi", {"name": "A", "contact": "b"}), "POST"),
    Row(DESK, anywhere(O, A, M), DESK),
    Row("/quan-tri/kiem-duyet", anywhere(M, A), "/quan-tri/kiem-duyet"),
    Row(f"{DESK}/moi", anywhere(O), f"{DESK}/moi"),
    Row(f"{DESK}/moi", over(O), lambda w, p: Ask(f"{DESK}/moi", {**FORM, "ministry": OWN}), "POST", 303),
    Row(D, over(O, A, M), reading(f"{DESK}/{{made}}")),
    Row(f"{D}/hop-thu", over(O, A, M), reading(f"{DESK}/{{made}}/hop-thu")),
    Row(f"{D}/noi-dung", over(O, A, M), reading(f"{DESK}/{{made}}/noi-dung")),
    Row(f"{D}/sua", over(O), reading(f"{DESK}/{{made}}/sua")),
    Row(f"{D}/sua", over(O), on_consultation("/sua", preparing, dict(FORM)), "POST", 303, state="preparing"),
    Row(f"{D}/du-thao", over(O), reading(f"{DESK}/{{made}}/du-thao")),
    Row(f"{D}/du-thao", over(O), on_consultation("/du-thao", opened, {"text": "Điều 1. Thử\nLời.", "viec": "luu"}), "POST", 303),
    Row(f"{D}/trinh", over(O), on_consultation("/trinh", preparing, {}), "POST", 303),
    Row(f"{D}/mo", over(A), on_consultation("/mo", lambda w: preparing(w, True), {}), "POST", 303),
    Row(f"{D}/han", over(A), on_consultation("/han", opened, {"closes": "31/12/2098"}), "POST", 303),
    Row(f"{D}/ban-moi", over(A), on_consultation("/ban-moi", with_new_version, {}), "POST", 303),
    Row(f"{D}/tra-loi-xong", over(A), answered_of, "POST", 303),
    Row(G, over(O, A, M), reading(f"{ONE}/{{comment}}")),
    Row(f"{G}/kiem-duyet", over(M), on_comment(f"{ONE}/{{comment}}/kiem-duyet", dict(HIDE)), "POST", 303),
    Row(f"{G}/xem-lai", over(M, A), appealed, "POST", 303),
    Row(f"{G}/bao-cao", over(M), on_comment(f"{ONE}/{{comment}}/bao-cao", {}), "POST", 303),
    Row(f"{G}/mao-danh/<int:claim_id>", over(M), claimed, "POST", 303),
    Row(f"{G}/tep/<int:attachment_id>", over(M), waiting_file),
    Row(f"{G}/tep/<int:attachment_id>", over(M), waiting_file, "POST", 303),
    Row(f"{G}/giao", over(O, A), on_comment(f"{ONE}/{{comment}}/giao", {"officer": "", "due": "01/01/2027"}), "POST", 303),
    Row(f"{G}/ghi-chu", over(O, A, M), on_comment(f"{ONE}/{{comment}}/ghi-chu", {"note": "Thử."}), "POST", 303),
    Row(f"{G}/tra-loi", over(O), on_comment(f"{ONE}/{{comment}}/tra-loi", dict(REPLY)), "POST", 303),
    Row(f"{G}/cong-bo", over(A), answer_waits, "POST", 303),
    Row(f"{D}/tai-lieu", over(O), on_consultation("/tai-lieu", opened, {}), "POST", 422),
    Row(f"{D}/tai-lieu/<int:paper_id>", over(O, A, M), on_paper("")),
    Row(f"{D}/tai-lieu/<int:paper_id>", over(A), on_paper("cong-bo"), "POST", 303),
    Row(f"{D}/tai-lieu/<int:paper_id>", over(O), on_paper("go"), "POST", 303, state="take away"),
    Row(f"{P}/tep/<int:attachment_id>", frozenset(), unpublished_paper, refused=dict.fromkeys(EVERYONE, 404), state="paper"),
    Row("/tai-khoan/gop-y", SIGNED_IN, "/tai-khoan/gop-y"),
    Row("/tai-khoan/gop-y/<int:comment_id>", SIGNED_IN, own_comment, "POST", 303),
    Row("/tai-khoan/gop-y/<int:comment_id>", frozenset(), on_comment("/tai-khoan/gop-y/{comment}", {"viec": "rut"}), "POST", refused=dict.fromkeys(SIGNED_IN, 404), state="somebody else's"),
    Row("/api/v1/consultations", EVERYONE, "/api/v1/consultations"),
    Row("/api/v1/consultations/<int:consultation_id>", EVERYONE, reading("/api/v1/consultations/{made}")),
    Row("/api/v1/consultations/<int:consultation_id>", frozenset(), lambda w, p: Ask(f"/api/v1/consultations/{preparing(w)}"), refused=dict.fromkeys(EVERYONE, 404), state="preparing"),
    Row("/api/v1/consultations/<int:consultation_id>/comments", EVERYONE, reading("/api/v1/consultations/{made}/comments")),
    Row("/api/v1/consultations/<int:consultation_id>/comments", frozenset(), lambda w, p: Ask(f"/api/v1/consultations/{preparing(w)}/comments"), refused=dict.fromkeys(EVERYONE, 404), state="preparing"),
    # The same pages in the other states a consultation or a comment can be in.
    *(Row(D, over(O, A, M), own_desk(make), state=name) for name, make in (("preparing", preparing), ("ended", ended), ("new version", with_new_version))),
    *(Row(f"{D}/hop-thu", over(O, A, M), own_desk(make, "/hop-thu"), state=name) for name, make in (("preparing", preparing), ("ended", ended))),
    *(Row(f"{D}/noi-dung", over(O, A, M), own_desk(make, "/noi-dung"), state=name) for name, make in (("preparing", preparing), ("ended", ended), ("new version", with_new_version))),
    *(Row(f"{D}/sua", over(O), own_desk(make, "/sua"), state=name) for name, make in (("preparing", preparing), ("ended", ended))),
    *(Row(f"{D}/du-thao", over(O), own_desk(make, "/du-thao"), state=name) for name, make in (("preparing", preparing), ("ended", ended))),
    *(Row(P, EVERYONE, lambda w, p, make=make: Ask(f"/tham-van/{make(w)}"), state=name) for name, make in (("ended", ended), ("new version", with_new_version))),
    *(Row(f"{P}/y-kien/<int:comment_id>", frozenset(), not_public(make), refused=dict.fromkeys(EVERYONE, 404), state=name) for name, make in (("waiting", waiting), ("withdrawn", withdrawn))),
    *(Row(G, over(O, A, M), lambda w, p, make=make: Ask(f"{ONE}/{make(w)[1]}"), state=name) for name, make in (("waiting", waiting), ("hidden", hidden), ("withdrawn", withdrawn))),
    Row(f"{D}/mo", frozenset(), lambda w, p: Ask(f"{DESK}/{of_other(w)}/mo", {"revision": "4"}), "POST", refused=dict.fromkeys(("approver@other", "approver@national"), 422), state="another ministry's, open already"),
]  # fmt: skip
