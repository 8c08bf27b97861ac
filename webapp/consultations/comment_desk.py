"""One comment on one screen: its clause, what was done to it, earlier answers to similar ones, the answer.
And the lists that lead there: the inbox of a consultation and the moderators' queue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from flask import abort, redirect, render_template, request
from werkzeug.wrappers import Response

from schemas import consultation_tables as c
from schemas.calendar import today
from schemas.consultations import CommentState, HideReason, Step, Verdict, after
from schemas.errors import Conflict, Refused
from schemas.people import Action, Person, Role, Subject, may
from schemas.text.differences import Segment, compare
from schemas.text.paths import label

from ..access import require
from ..audit import record
from ..formats import date, moment, paragraphs
from ..forms import Form
from ..languages import gettext as _
from ..languages import local
from ..pages import Crumb, Frame
from ..state import site
from ..validity import Badge
from . import answers, attachments, moderation, words
from . import desk_queries as desk
from . import queries as read
from .blueprint import bp
from .desk import BASE, CONFLICT, frame, held
from .moderation import Decision
from .rows import Row, progress, subject_of
from .sending import INVALID
from .views import download, page_number, page_url

ONE = "/quan-tri/gop-y"
QUEUE = "/quan-tri/kiem-duyet"


@dataclass(frozen=True, slots=True)
class InboxRow:
    tracking: str
    url: str
    about: str
    first: str
    stance: str
    count: str
    due: str
    late: bool
    officer: str
    state: str


@dataclass(frozen=True, slots=True)
class InboxPage:
    frame: Frame
    title: str
    rows: tuple[InboxRow, ...]
    tabs: tuple[tuple[str, str, bool], ...]
    total: int
    counts: tuple[tuple[str, str], ...]
    previous: str
    following: str


@dataclass(frozen=True, slots=True)
class QueuePage:
    frame: Frame
    rows: tuple[tuple[str, str, str, str, str], ...]


@dataclass(frozen=True, slots=True)
class CommentDeskPage:
    """/quan-tri/gop-y/{id}."""

    frame: Frame
    form: Form
    problem: str
    tracking: str
    title: str
    state: str
    state_code: str
    received: str
    verified: bool
    people: tuple[tuple[str, str], ...]
    about: str
    clause: tuple[str, ...]
    stance: str
    body: str
    body_lines: tuple[str, ...]
    replacement: str
    diff: tuple[Segment, ...]
    members: int
    unique: tuple[str, ...]
    history: tuple[tuple[str, str, str], ...]
    notes: tuple[tuple[str, str, str], ...]
    reports: tuple[tuple[str, str], ...]
    claims: tuple[tuple[int, str, str, str], ...]
    files: tuple[tuple[int, str, str, str], ...]
    similar: tuple[tuple[Badge | None, str], ...]
    answer_id: int
    answer_revision: int
    answer_published: tuple[str, ...]
    answer_badge: Badge | None
    answer_waits: bool
    for_campaign: bool
    officers: tuple[tuple[str, str], ...]
    verdicts: tuple[tuple[str, str], ...]
    reasons: tuple[tuple[str, str], ...]
    steps: frozenset[str]
    can: frozenset[str]
    base: str


# ---------------------------------------------------------------- lists


@bp.get(f"{BASE}/<int:consultation_id>/hop-thu")
def inbox(consultation_id: int) -> str:
    """Comments of a consultation that are owed an answer; what is late and due first."""
    shows = {"": "", "cua-toi": "mine", "qua-han": "late", "da-tra-loi": "answered", "tat-ca": "all"}
    names = (_("Chưa trả lời"), _("Của tôi"), _("Quá hạn"), _("Đã trả lời"), _("Tất cả"))
    asked = request.args.get("xem", "")
    asked = asked if asked in shows else ""
    page = page_number()
    path = f"{BASE}/{consultation_id}/hop-thu"
    with site().database.connect() as connection:
        row = held(connection, consultation_id)
        person = require(Action.SEE_COMMENTS, subject_of(row))
        total, found = desk.inbox(connection, row.id, show=shows[asked], person_id=person.id, page=page)
        places = read.places_of(connection, row.id, [f.id for f in found])
        groups = [f.campaign_id for f in found if f.campaign_id]
        sizes = read.campaign_sizes(connection, groups)
        reached = progress(connection, row.id)
        people = dict(desk.officers(connection, row.ministry_code))
    lines = tuple(_inbox_row(f, places.get(f.id), sizes, people) for f in found)
    view = InboxPage(
        frame(_("Hộp góp ý"), Crumb(row.title, local(f"{BASE}/{row.id}"))),
        row.title,
        lines,
        tuple(
            (name, page_url(path, 1, xem=key), key == asked) for key, name in zip(shows, names, strict=True)
        ),
        total,
        (
            (_("Phải trả lời"), str(reached.owed)),
            (_("Đã trả lời"), f"{reached.answered} ({reached.percent} %)"),
            (_("Còn lại"), str(reached.open)),
        ),
        page_url(path, page - 1, xem=asked) if page > 1 else "",
        page_url(path, page + 1, xem=asked) if total > page * desk.PER_PAGE else "",
    )
    return render_template("consultations/desk_inbox.html", page=view)


def _inbox_row(
    row: Row, place: Row | None, sizes: dict[int, tuple[int, int]], people: dict[int, str]
) -> InboxRow:
    members = sizes.get(row.campaign_id, (0, 0))[0] if row.campaign_id else 0
    day = today(dt.datetime.now(dt.UTC))
    return InboxRow(
        row.tracking,
        local(f"{ONE}/{row.id}"),
        label(place.path) if place and place.path else _("cả dự thảo"),
        (row.body or row.replacement)[:160],
        words.stance_name(row.stance),
        _("%(n)s góp ý gần giống", n=members) if members > 1 else "",
        date(row.due_on),
        row.due_on is not None and row.due_on < day,
        people.get(row.assigned_to, ""),
        words.state_name(row.state) if row.state == CommentState.SUBMITTED else "",
    )


@bp.get(QUEUE)
def queue() -> str:
    """What waits for a moderator of one's ministries."""
    person = require(Action.OPEN_DESK)
    codes = person.ministries(Role.MODERATOR, Role.APPROVER)
    if codes == frozenset():
        abort(403)
    why = {
        "appeal": _("đề nghị xem lại"),
        "claim": _("“không phải tôi gửi”"),
        "report": _("bị báo vi phạm"),
        "new": _("mới, chờ công khai"),
        "file": _("tệp chờ kiểm tra"),
    }
    with site().database.connect() as connection:
        found = desk.queue(connection, codes)
    rows = tuple(
        (why[key], row.tracking, local(f"{ONE}/{row.id}"), (row.body or row.replacement)[:160], row.title)
        for key, row in found
    )
    return render_template(
        "consultations/desk_queue.html", page=QueuePage(frame(_("Hàng chờ kiểm duyệt")), rows)
    )


# ---------------------------------------------------------------- one comment


def _find(connection: sa.Connection, comment_id: int) -> tuple[Row, Row]:
    row = desk.comment(connection, comment_id)
    if row is None:
        abort(404)
    return row, held(connection, row.consultation_id)


@bp.get(f"{ONE}/<int:comment_id>")
def comment_desk(comment_id: int) -> str:
    """Everything about one comment."""
    with site().database.connect() as connection:
        row, owner = _find(connection, comment_id)
        person = require(Action.SEE_COMMENTS, subject_of(owner))
        return _page(connection, person, row, owner, Form(), "")


def _page(connection: sa.Connection, person: Person, row: Row, owner: Row, form: Form, problem: str) -> str:
    (item,) = read.shown(connection, owner.id, [row])
    answer = answers.of(connection, comment_id=row.id)
    grouped = row.campaign_id is not None and answer is None
    if grouped:
        answer = answers.of(connection, campaign_id=row.campaign_id)
    if answer is not None and "text" not in form.values:
        form.values |= {"text": answer.text, "verdict": answer.verdict}
    form.values.setdefault("shown_body", row.body if row.shown_body is None else row.shown_body)
    form.values.setdefault(
        "shown_replacement", row.replacement if row.shown_replacement is None else row.shown_replacement
    )
    form.values.setdefault("officer", str(row.assigned_to or ""))
    form.values.setdefault("due", f"{row.due_on:%d/%m/%Y}" if row.due_on else "")
    sender = desk.person_of(connection, row.id)
    ministry = owner.ministry_code
    names = dict(desk.officers(connection, ministry))
    subject = Subject("comment", str(row.id), ministry)
    state = CommentState(row.state)
    steps = {s for s in Step if after(s, state) is not None}
    appealed = row.appealed_at is not None
    can = {
        "moderate": may(person, Action.MODERATE_COMMENT, subject),
        "appeal": appealed and may(person, Action.DECIDE_APPEAL, subject),
        "assign": may(person, Action.ASSIGN_ANSWER, subject),
        "draft": may(person, Action.DRAFT_ANSWER, subject),
        "publish": answer is not None
        and answer.submitted_at is not None
        and may(person, Action.PUBLISH_ANSWER, Subject("answer", "", ministry, frozenset(answer.drafted_by))),
    }
    quote = item.quote.partition("\n")[2] or item.quote
    page = CommentDeskPage(
        frame=frame(
            _("Góp ý %(n)s", n=row.tracking),
            Crumb(owner.title, local(f"{BASE}/{owner.id}")),
            Crumb(_("Hộp góp ý"), local(f"{BASE}/{owner.id}/hop-thu")),
        ),
        form=form,
        problem=problem,
        tracking=row.tracking,
        title=owner.title,
        state=words.state_name(state),
        state_code=state,
        received=moment(row.received_at),
        verified=row.verification != "none",
        people=_people(sender),
        about=label(item.path) if item.path else _("cả dự thảo"),
        clause=paragraphs(item.quote),
        stance=words.stance_name(row.stance),
        body=row.body,
        body_lines=paragraphs(row.body),
        replacement=row.replacement,
        diff=compare(quote, row.replacement) if row.replacement else (),
        members=item.members,
        unique=tuple(row.unique_sentences or ()),
        history=tuple(
            (moment(h.recorded_at), words.step_name(h.step), h.reason)
            for h in read.history(connection, row.id)
        ),
        notes=tuple(
            (names.get(n.person_id, f"#{n.person_id}"), moment(n.created_at), n.text)
            for n in desk.of_comment(connection, c.comment_notes, row.id)
        ),
        reports=tuple(
            (dict(words.report_reasons())[r.reason], r.note)
            for r in desk.of_comment(connection, c.comment_reports, row.id)
            if r.handled_at is None
        ),
        claims=tuple(
            (k.id, k.name, k.contact, k.note)
            for k in desk.of_comment(connection, c.comment_claims, row.id)
            if k.decision is None
        )
        if can["moderate"]
        else (),
        files=tuple(
            (f.id, f.name, f.state, f.verdict) for f in desk.of_comment(connection, c.attachments, row.id)
        ),
        similar=tuple(
            (words.verdict_badge(a.verdict), a.text) for a in desk.similar_answers(connection, row, item.path)
        ),
        answer_id=answer.id if answer else 0,
        answer_revision=answer.revision if answer else 0,
        answer_published=paragraphs(item.answer),
        answer_badge=words.verdict_badge(item.verdict),
        answer_waits=answer is not None and answer.submitted_at is not None,
        for_campaign=grouped,
        officers=tuple((str(key), name) for key, name in names.items()),
        verdicts=tuple((v.value, words.verdict_name(v)) for v in Verdict),
        reasons=words.hide_reasons(),
        steps=frozenset(s.value for s in steps),
        can=frozenset(name for name, yes in can.items() if yes),
        base=local(f"{ONE}/{row.id}"),
    )
    return render_template("consultations/desk_comment.html", page=page)


def _people(sender: Row | None) -> tuple[tuple[str, str], ...]:
    if sender is None:
        return ()
    fields = (
        (_("Tên"), sender.name),
        (_("Tổ chức"), sender.organisation),
        (_("Nơi"), sender.place),
        (_("E-mail"), sender.email),
        (_("Điện thoại"), sender.phone),
    )
    return tuple((name, value) for name, value in fields if value)


# ---------------------------------------------------------------- doing

Do = Callable[[sa.Connection, Person, Row], object]


def _act(comment_id: int, action: Action, do: Do, form: Form) -> Response | tuple[str, int]:
    with site().database.connect() as connection:
        row, owner = _find(connection, comment_id)
    person = require(action, Subject("comment", str(row.id), owner.ministry_code))
    problem, status = next(iter(form.errors.values()), ""), INVALID
    if not problem:
        try:
            with site().database.begin() as connection:
                do(connection, person, row)
        except Refused as refused:
            problem = words.refusal(refused.code)
            status = 403 if refused.code == "authority" else INVALID
        except Conflict:
            problem, status = _("Người khác vừa sửa. Điều bạn gõ vẫn còn dưới đây."), CONFLICT
    if problem:
        with site().database.connect() as connection:
            row, owner = _find(connection, comment_id)
            return _page(connection, person, row, owner, form, problem), status
    return redirect(local(f"{ONE}/{comment_id}"), 303)


@bp.post(f"{ONE}/<int:comment_id>/kiem-duyet")
def moderate(comment_id: int) -> Response | tuple[str, int]:
    """Publish, redact or hide, with the reason."""
    form = Form(request.form)
    step = form.choice("step", [Step.PUBLISH, Step.REDACT, Step.HIDE], missing=_("Chọn một việc"))
    code = form.choice("reason_code", [r.value for r in HideReason])
    reason = form.text("reason", longest=2000, lines=True)
    body = form.text("shown_body", longest=30_000, lines=True)
    wording = form.text("shown_replacement", longest=30_000, lines=True)
    if step in (Step.REDACT, Step.HIDE) and not code:
        form.error("reason_code", _("Chọn một lý do"))
    decision = Decision(Step(step), code, reason, body, wording) if form.ok else Decision(Step.PUBLISH)
    seen = request.form.get("seen", "")
    return _act(
        comment_id,
        Action.MODERATE_COMMENT,
        lambda conn, person, row: moderation.decide(conn, person, row.id, seen, decision),
        form,
    )


@bp.post(f"{ONE}/<int:comment_id>/xem-lai")
def decide_appeal(comment_id: int) -> Response | tuple[str, int]:
    """Decide an appeal; somebody else than who decided first."""
    form = Form(request.form)
    steps = [Step.APPEAL_UPHELD, Step.APPEAL_REJECTED]
    step = form.choice("step", steps, missing=_("Chọn một việc"))
    reason = form.text("reason", longest=2000, lines=True)
    decision = Decision(Step(step), "", reason) if form.ok else Decision(Step.APPEAL_REJECTED)
    seen = request.form.get("seen", "")
    return _act(
        comment_id,
        Action.DECIDE_APPEAL,
        lambda conn, person, row: moderation.decide(conn, person, row.id, seen, decision),
        form,
    )


@bp.post(f"{ONE}/<int:comment_id>/bao-cao")
def dismiss_reports(comment_id: int) -> Response | tuple[str, int]:
    """Leave the comment as it is."""
    return _act(
        comment_id,
        Action.MODERATE_COMMENT,
        lambda conn, person, row: moderation.dismiss_reports(conn, person, row.id),
        Form(request.form),
    )


@bp.post(f"{ONE}/<int:comment_id>/mao-danh/<int:claim_id>")
def decide_claim(comment_id: int, claim_id: int) -> Response | tuple[str, int]:
    """Uphold or reject "not sent by me"."""
    form = Form(request.form)
    chosen = form.choice("decision", ["upheld", "rejected"], missing=_("Chọn một việc"))

    def do(connection: sa.Connection, person: Person, row: Row) -> None:
        if claim_id not in {k.id for k in desk.of_comment(connection, c.comment_claims, row.id)}:
            raise Refused("unknown")
        moderation.decide_claim(connection, person, claim_id, upheld=chosen == "upheld")

    return _act(comment_id, Action.MODERATE_COMMENT, do, form)


@bp.get(f"{ONE}/<int:comment_id>/tep/<int:attachment_id>")
def quarantined(comment_id: int, attachment_id: int) -> Response:
    """A file for whoever checks it, as a download."""
    with site().database.connect() as connection:
        row, owner = _find(connection, comment_id)
        require(Action.MODERATE_COMMENT, Subject("comment", str(row.id), owner.ministry_code))
        found = [f for f in desk.of_comment(connection, c.attachments, row.id) if f.id == attachment_id]
    if not found:
        abort(404)
    return download(found[0])


@bp.post(f"{ONE}/<int:comment_id>/tep/<int:attachment_id>")
def check_file(comment_id: int, attachment_id: int) -> Response | tuple[str, int]:
    """Let a file out of quarantine, or refuse it."""
    form = Form(request.form)
    chosen = form.choice("decision", ["clean", "refused"], missing=_("Chọn một việc"))

    def do(connection: sa.Connection, person: Person, row: Row) -> None:
        if attachment_id not in {f.id for f in desk.of_comment(connection, c.attachments, row.id)}:
            raise Refused("unknown")
        attachments.settle(connection, attachment_id, chosen, f"#{person.id}")
        subject = Subject("comment", str(row.id), held(connection, row.consultation_id).ministry_code)
        record(
            connection, person, Action.MODERATE_COMMENT, subject, None, {"file": attachment_id, "is": chosen}
        )

    return _act(comment_id, Action.MODERATE_COMMENT, do, form)


@bp.post(f"{ONE}/<int:comment_id>/giao")
def assign(comment_id: int) -> Response | tuple[str, int]:
    """Give it to an officer, with a day."""
    form = Form(request.form)
    officer = form.text("officer", longest=18)
    due = form.date("due")

    def do(connection: sa.Connection, person: Person, row: Row) -> None:
        ministry = held(connection, row.consultation_id).ministry_code
        known = {key for key, _name in desk.officers(connection, ministry)}
        to = int(officer) if officer.isascii() and officer.isdigit() else None
        if to is not None and to not in known:
            raise Refused("unknown")
        answers.assign(connection, person, row.id, to, due)

    return _act(comment_id, Action.ASSIGN_ANSWER, do, form)


@bp.post(f"{ONE}/<int:comment_id>/ghi-chu")
def add_note(comment_id: int) -> Response | tuple[str, int]:
    """A note only the ministry sees."""
    form = Form(request.form)
    note = form.text("note", longest=5000, lines=True, missing=_("Chưa viết gì"))
    return _act(
        comment_id,
        Action.SEE_COMMENTS,
        lambda conn, person, row: answers.add_note(conn, person, row.id, note),
        form,
    )


@bp.post(f"{ONE}/<int:comment_id>/tra-loi")
def save_answer(comment_id: int) -> Response | tuple[str, int]:
    """Draft the answer, to the comment or to its whole campaign; with `viec` trinh ask for publication."""
    form = Form(request.form)
    verdict = form.choice("verdict", [v.value for v in Verdict], missing=_("Chọn tiếp thu hay không"))
    text = form.text("text", longest=20_000, lines=True, missing=_("Viết câu trả lời"))
    whole = form.checked("for_campaign")
    seen = request.form.get("revision", "0")
    revision = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else -1

    def do(connection: sa.Connection, person: Person, row: Row) -> None:
        known = answers.of(connection, campaign_id=row.campaign_id) if whole and row.campaign_id else None
        known = known or (None if whole else answers.of(connection, comment_id=row.id))
        at = revision if known is not None else 0
        answer_id = answers.save(
            connection, person, row.id, Verdict(verdict), text, for_campaign=whole, revision=at
        )
        if request.form.get("viec") == "trinh":
            answers.submit(connection, person, answer_id, at + 1)

    return _act(comment_id, Action.DRAFT_ANSWER, do, form)


@bp.post(f"{ONE}/<int:comment_id>/cong-bo")
def publish_answer(comment_id: int) -> Response | tuple[str, int]:
    """Publish the answer that waits."""
    form = Form(request.form)
    number, seen = request.form.get("answer", ""), request.form.get("revision", "")
    whole = all(t.isascii() and t.isdigit() and len(t) < 18 for t in (number, seen))

    def do(connection: sa.Connection, person: Person, row: Row) -> None:
        own = [answers.of(connection, comment_id=row.id)]
        if row.campaign_id:
            own.append(answers.of(connection, campaign_id=row.campaign_id))
        if not whole or int(number) not in {a.id for a in own if a is not None}:
            raise Refused("unknown")
        answers.publish(connection, person, int(number), int(seen))

    return _act(comment_id, Action.PUBLISH_ANSWER, do, form)
