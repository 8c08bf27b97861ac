"""Comments as everybody can read them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request

from schemas.database import statements
from schemas.text.differences import Segment, compare
from schemas.text.paths import label

from ..formats import moment, number, paragraphs
from ..languages import gettext as _
from ..languages import local, ngettext
from ..pages import Crumb, Frame
from ..paging import page_number
from ..state import site
from ..validity import Badge
from . import figures as counted
from . import queries as read
from . import words
from .blueprint import bp
from .common import comment_number, page_url, parameter, public, unit_title
from .queries import Listed, Said, Shown


@dataclass(frozen=True, slots=True)
class CommentRow:
    """A public comment as the page shows it."""

    id: int
    anchor: str
    name: str
    place: str
    verified: bool
    disputed: bool
    received: str
    stance: str
    about: str
    detached: str
    body: tuple[str, ...]
    replacement: tuple[Segment, ...]
    said: tuple[Said, ...]
    redacted: str
    files: tuple[tuple[str, str], ...]
    campaign: str
    campaign_url: str
    unique: tuple[str, ...]
    badge: Badge | None
    answer: tuple[str, ...]
    report_url: str
    claim_url: str


@dataclass(frozen=True, slots=True)
class CommentsPage:
    """/tham-van/{id}/y-kien."""

    frame: Frame
    title: str
    heading: str
    count: str
    comments: tuple[CommentRow, ...]
    paths: tuple[tuple[str, str], ...]
    path: str
    verified: str
    note: str
    previous: str
    following: str
    url: str


@bp.get("/tham-van/<int:consultation_id>/y-kien")
def comments(consultation_id: int) -> str:
    """Public comments, by clause, verified or not, or all of one campaign."""
    page, before, after = page_number(), comment_number("tiep"), comment_number("truoc")
    path = parameter("dieu", 200)
    verified = request.args.get("xac_minh", "") if request.args.get("xac_minh") in ("co", "khong") else ""
    group = request.args.get("nhom", "")
    campaign = int(group) if group.isascii() and group.isdigit() and len(group) < 16 else None
    with statements(site().database) as connection:
        row = public(connection, consultation_id)
        known = counted.kept(connection, [row.id]).get(row.id)
        listed = read.public_comments(
            connection,
            row.id,
            path=path or None,
            verified=verified,
            campaign=campaign,
            before=before,
            after=after,
            page=page,
            known=known,
        )
        newest = read.versions(connection, row.id)[0]
        articles = [
            (p.path, unit_title(p)) for p in read.provisions(connection, newest.id) if p.level == "article"
        ]
        ids = [campaign] if campaign else []
        sizes = counted.campaign_sizes(connection, ids, known.campaigns if known else None)
    here = f"/tham-van/{row.id}/y-kien"
    more = {"dieu": path, "xac_minh": verified, "nhom": group if campaign is not None else ""}
    members = sizes.get(campaign or 0)
    heading = _("Góp ý đã gửi") if campaign is None else _("Góp ý gần giống nhau")
    view = CommentsPage(
        frame=Frame(
            f"{heading}: {row.title}",
            active="consultations",
            crumbs=(
                Crumb(_("Trang chủ"), local("/")),
                Crumb(_("Tham vấn"), local("/tham-van")),
                Crumb(row.title, local(f"/tham-van/{row.id}")),
            ),
            sample=row.sample,
            robots="noindex" if page > 1 or before or after or path or verified or campaign else "",
        ),
        title=row.title,
        heading=heading,
        count=_count(listed),
        comments=tuple(comment_row(item) for item in listed.found),
        paths=tuple(articles),
        path=path,
        verified=verified,
        note=_(
            "%(n)s góp ý có lời văn gần giống nhau; %(known)s người gửi đã xác minh.",
            n=members[0],
            known=members[1],
        )
        if members
        else "",
        previous=page_url(here, 1, **more, truoc=str(listed.newer)) if listed.newer else "",
        following=page_url(here, 1, **more, tiep=str(listed.older)) if listed.older else "",
        url=local(here),
    )
    return render_template("consultations/comments.html", page=view)


def _count(listed: Listed) -> str:
    if listed.more_than:
        return _("hơn %(n)s góp ý", n=number(listed.total))
    return ngettext("%(num)s góp ý", "%(num)s góp ý", listed.total)


def comment_row(item: Shown) -> CommentRow:
    """A comment in words."""
    row = item.row
    base = f"/tham-van/{row.consultation_id}"
    body = row.body if row.shown_body is None else row.shown_body
    wording = row.replacement if row.shown_replacement is None else row.shown_replacement
    name = " – ".join(filter(None, (item.name, item.organisation)))
    campaign = ""
    if item.members > 1:
        campaign = _("và %(n)s góp ý gần giống", n=item.members - 1)
    return CommentRow(
        id=row.id,
        anchor=row.tracking.lower(),
        name=name or _("Người gửi không nêu tên"),
        place=item.place,
        verified=row.verification != "none",
        disputed=row.disputed_at is not None,
        received=moment(row.received_at),
        stance=words.stance_name(row.stance),
        about=label(item.path) if item.path else "",
        detached=item.quote if item.fit == "detached" else "",
        body=paragraphs(body),
        replacement=compare(_own_words(item.quote), wording) if wording else (),
        said=read.public_said(item),
        redacted=words.hide_reason(row.hide_reason) if row.state == "redacted" else "",
        files=tuple((f.name, local(f"{base}/tep/{f.id}")) for f in item.attachments),
        campaign=campaign,
        campaign_url=page_url(f"{base}/y-kien", 1, nhom=str(row.campaign_id)) if campaign else "",
        unique=tuple(row.unique_sentences or ()),
        badge=words.verdict_badge(item.verdict),
        answer=paragraphs(item.answer),
        report_url=local(f"{base}/y-kien/{row.id}/bao-cao"),
        claim_url=local(f"{base}/y-kien/{row.id}/khong-phai-toi"),
    )


def _own_words(quote: str) -> str:
    """The clause without its heading: what a proposed wording replaces."""
    heading, newline, text = quote.partition("\n")
    return text if newline and text else heading
