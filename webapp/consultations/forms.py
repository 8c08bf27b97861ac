"""What a sender types about a draft, checked field by field and made into a Letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from schemas.consultations import LONGEST_BODY, LONGEST_NAME, LONGEST_REPLACEMENT, Sender, Stance

from ..forms import Form
from ..languages import gettext as _
from .comments import Letter
from .rows import Row

FIELDS = ("stance", "body", "replacement", "sender", "name", "organisation", "email", "phone", "place")
SHOWS = ("show_name", "show_organisation", "show_place")
_SENDERS = tuple(s.value for s in Sender)


def typed_fields(form: MultiDict[str, str], questions: Sequence[Row]) -> dict[str, str]:
    """Everything that was typed, as it is kept; names that are not ours are dropped."""
    names = [*FIELDS, *SHOWS, "version"]
    names += [f"q{q.id}" for q in questions] + [f"q{q.id}_more" for q in questions]
    return {name: form.get(name, "")[: LONGEST_BODY + 1] for name in names if form.get(name)}


def read_letter(
    typed: Mapping[str, Any], questions: Sequence[Row], path: str | None
) -> tuple[Form, Letter | None]:
    """The form with its faults, and the letter when there are none."""
    form = Form(MultiDict({str(k): str(v) for k, v in typed.items()}))
    stance = form.choice("stance", [s.value for s in Stance])
    body = form.text("body", longest=LONGEST_BODY, lines=True)
    replacement = form.text("replacement", longest=LONGEST_REPLACEMENT, lines=True) if path else ""
    answers: dict[int, tuple[int | None, str]] = {}
    for question in questions:
        choice = form.choice(f"q{question.id}", [str(n) for n in range(len(question.choices))])
        more = form.text(f"q{question.id}_more", longest=5000, lines=True)
        if choice or more:
            answers[question.id] = (int(choice) if choice else None, more)
    if not (body or replacement or answers or stance == Stance.AGREE):
        form.error("body", _("Viết góp ý, đề xuất lời văn mới, hoặc trả lời một câu hỏi"))
    if replacement and not stance:
        form.values["stance"] = stance = Stance.PARTLY
    sender = form.choice("sender", _SENDERS, missing=_("Chọn bạn gửi với tư cách nào"))
    named = sender != Sender.ANONYMOUS
    organisation = sender == Sender.ORGANISATION
    name = form.text(
        "name", longest=LONGEST_NAME, missing=_("Nhập tên của bạn") if sender == "individual" else ""
    )
    unit = form.text(
        "organisation", longest=LONGEST_NAME, missing=_("Nhập tên tổ chức") if organisation else ""
    )
    email = form.email("email")
    phone = form.text("phone", longest=30)
    place = form.text("place", longest=100)
    shows = {field.removeprefix("show_") for field in SHOWS if form.checked(field)}
    version = str(typed.get("version", ""))
    if not form.ok:
        return form, None
    letter = Letter(
        sender=Sender(sender),
        stance=stance,
        body=body,
        replacement=replacement,
        path=path,
        version=int(version) if version.isascii() and version.isdigit() and len(version) < 6 else None,
        name=name if named else "",
        organisation=unit if organisation else "",
        email=email,
        phone=phone if named else "",
        place=place if named else "",
        shows=frozenset(shows) if named else frozenset(),
        answers=answers,
    )
    return form, letter
