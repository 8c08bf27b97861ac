"""One comment on one screen: its clause, what was done to it, earlier answers to similar ones, the answer."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from flask import abort, render_template

from schemas import consultation_tables as c
from schemas.consultations import CommentState, Step, Verdict, after
from schemas.people import Action, Person, Subject, may
from schemas.text.differences import Segment, compare
from schemas.text.paths import label

from ..access import require
from ..formats import moment, paragraphs
from ..forms import Form
from ..languages import gettext as _
from ..languages import local
from ..pages import Crumb, Frame
from ..state import site
from ..validity import Badge
from . import answers, words
from . import desk_queries as desk
from . import queries as read
from .blueprint import bp
from .desk_frame import BASE, frame, held
from .queries import Said
from .rows import Row, subject_of

ONE = "/quan-tri/gop-y"


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
    said: tuple[Said, ...]
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
    answer_waits_badge: Badge | None
    answer_text: str
    for_campaign: bool
    officers: tuple[tuple[str, str], ...]
    verdicts: tuple[tuple[str, str], ...]
    reasons: tuple[tuple[str, str], ...]
    steps: frozenset[str]
    can: frozenset[str]
    base: str


def find(connection: sa.Connection, comment_id: int) -> tuple[Row, Row]:
    row = desk.comment(connection, comment_id)
    if row is None:
        abort(404)
    return row, held(connection, row.consultation_id)


@bp.get(f"{ONE}/<int:comment_id>")
def comment_desk(comment_id: int) -> str:
    """Everything about one comment."""
    with site().database.connect() as connection:
        row, owner = find(connection, comment_id)
        person = require(Action.SEE_COMMENTS, subject_of(owner))
        return comment_page(connection, person, row, owner, Form(), "")


def comment_page(
    connection: sa.Connection, person: Person, row: Row, owner: Row, form: Form, problem: str
) -> str:
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
        said=item.said,
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
        answer_text=answer.text if answer is not None else "",
        answer_waits_badge=words.verdict_badge(answer.verdict) if answer is not None else None,
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
