"""What the account pages show."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask_babel import gettext as _

from ..forms import Form
from ..languages import local
from ..pages import Crumb, Frame


@dataclass(frozen=True, slots=True)
class FormPage:
    """A page that is one form. `action` is where it is sent, `code` the secret of a link sent by e-mail."""

    frame: Frame
    form: Form
    action: str
    code: str = ""
    target: str = ""
    notice: str = ""
    service: str = ""
    has_password: bool = True
    samples: tuple[tuple[str, str], ...] = ()
    sample_password: str = ""


@dataclass(frozen=True, slots=True)
class MessagePage:
    """A page that only says something, with where to go next."""

    frame: Frame
    paragraphs: tuple[str, ...]
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SessionLine:
    id: int
    browser: str
    address: str
    method: str
    since: str
    seen: str
    current: bool


@dataclass(frozen=True, slots=True)
class IdentityLine:
    id: int
    name: str
    since: str


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """/tai-khoan: who I am here."""

    frame: Frame
    name: str
    email: str
    roles: tuple[str, ...]
    identities: tuple[IdentityLine, ...]
    service: str
    notice: str
    sample: bool
    works: bool
    mailbox: bool


@dataclass(frozen=True, slots=True)
class SessionsPage:
    frame: Frame
    sessions: tuple[SessionLine, ...]
    notice: str


@dataclass(frozen=True, slots=True)
class DataPage:
    """/tai-khoan/du-lieu: what is kept about me, and why."""

    frame: Frame
    held: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class MailLine:
    id: int
    subject: str
    recipient: str
    when: str
    state: str


@dataclass(frozen=True, slots=True)
class MailboxPage:
    frame: Frame
    mails: tuple[MailLine, ...]
    older: str = ""


@dataclass(frozen=True, slots=True)
class MailPage:
    frame: Frame
    mail: MailLine
    parts: tuple[tuple[str, bool], ...] = field(default=())


def account_frame(title: str, *, inside: bool = False) -> Frame:
    """The frame of an account page: not for search engines; `inside` ones lead back to the overview."""
    crumbs = (Crumb(_("Tài khoản"), local("/tai-khoan")),) if inside else ()
    return Frame(title, active="account", crumbs=crumbs, robots="noindex")
