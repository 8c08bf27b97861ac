"""Completions as a page of its own: what the search field offers while typing, also without scripts."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote_plus

from flask import Blueprint, Response, make_response, render_template, request

from schemas.errors import SearchUnavailable
from schemas.search import Suggestion
from schemas.text.normalise import clean

from .languages import N_, local
from .languages import gettext as _
from .lawtext import Part
from .pages import Crumb, Frame
from .state import site

bp = Blueprint("suggestions", __name__)
ROOT = "/goi-y"
_LONGEST = 100
_MOST = 20
_KINDS = {
    "document": N_("Văn bản"),
    "procedure": N_("Thủ tục"),
    "term": N_("Thuật ngữ"),
    "business_line": N_("Ngành nghề"),
}


@dataclass(frozen=True, slots=True)
class SuggestionGroup:
    label: str
    rows: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class SuggestionsPage:
    frame: Frame
    action: str
    text: str
    groups: tuple[SuggestionGroup, ...]
    search_url: str
    unavailable: bool = False


@bp.get(ROOT)
def page() -> Response:
    """Completions of `q`, by kind."""
    text = clean(request.args.get("q", "").replace("\x00", " "))[:_LONGEST]
    unavailable = False
    found: tuple[Suggestion, ...] = ()
    try:
        found = site().reader.suggest(text, _MOST) if text else ()
    except SearchUnavailable:
        unavailable = True
    shown = SuggestionsPage(
        frame=Frame(
            _("Gợi ý tra cứu"),
            active="search",
            search_in_header=False,
            crumbs=(Crumb(_("Trang chủ"), local("/")), Crumb(_("Tra cứu"), local("/tim-kiem"))),
            robots="noindex",
        ),
        action=local(ROOT),
        text=text,
        groups=groups(found),
        search_url=local(f"/tim-kiem?q={quote_plus(text)}"),
        unavailable=unavailable,
    )
    answer = make_response(render_template("search/suggestions.html", page=shown))
    answer.status_code = 503 if unavailable else 200
    return answer


def groups(found: tuple[Suggestion, ...]) -> tuple[SuggestionGroup, ...]:
    """Completions by kind, in the order in which the kinds appear."""
    kinds = dict.fromkeys(item.kind for item in found)
    return tuple(
        SuggestionGroup(
            _(_KINDS[kind]) if kind in _KINDS else "",
            tuple(Part(item.text, local(item.url)) for item in found if item.kind == kind),
        )
        for kind in kinds
    )
