"""Rows of accounts and administration."""

from __future__ import annotations

from collections.abc import Callable

from schemas.people import NATIONAL, Grant, Role
from schemas.people_tables import sessions as sessions_table
from tests.webapp.matrix import (
    EVERYONE,
    NOBODY,
    OTHER,
    OWN,
    SIGNED_IN,
    VISITOR,
    Ask,
    Row,
    World,
    anywhere,
    national,
    over,
)
from tests.webapp.people import Browser, add_person
from webapp.accounts import roles

ADMINISTRATORS = anywhere(Role.ADMINISTRATOR)
A = "/tai-khoan"
P = "/quan-tri/nguoi"


def to_register(world: World, persona: str) -> Ask:
    return Ask(f"{A}/dang-ky", {"email": f"{persona.replace('@', '.')}@thu.example"})


def to_forget(world: World, persona: str) -> Ask:
    return Ask(f"{A}/quen-mat-khau", {"email": "khong-co@thu.example"})


def own_session(world: World, persona: str) -> Ask:
    """A second session of whoever asks."""
    person = world.people[persona]
    if person is None:
        return Ask(f"{A}/phien/1/ket-thuc")
    Browser(world.app, person)
    with world.database.connect() as connection:
        mine = sessions_table.select().where(sessions_table.c.account_id == person.id)
        number = max(row.id for row in connection.execute(mine))
    return Ask(f"{A}/phien/{number}/ket-thuc")


def somebody_elses_session(world: World, persona: str) -> Ask:
    other = add_person(world.database)
    Browser(world.app, other)
    with world.database.connect() as connection:
        theirs = sessions_table.select().where(sessions_table.c.account_id == other.id)
        return Ask(f"{A}/phien/{connection.execute(theirs).one().id}/ket-thuc")


def to_grant(ministry: str, *held: Grant) -> Callable[[World, str], Ask]:
    """Grant "officer" over a ministry to somebody who holds `held`."""

    def ask(world: World, persona: str) -> Ask:
        other = add_person(world.database, *held)
        data = {"role": "officer", "scope": "*" if ministry == NATIONAL else ministry}
        return Ask(f"{P}/{other.id}/giao", data)

    return ask


def to_oneself(world: World, persona: str) -> Ask:
    person = world.people[persona]
    return Ask(f"{P}/{person.id if person else 1}/giao", {"role": "officer", "scope": OWN})


def to_withdraw(*held: Grant) -> Callable[[World, str], Ask]:
    def ask(world: World, persona: str) -> Ask:
        other = add_person(world.database, *held)
        with world.database.connect() as connection:
            first = roles.held(connection, other.id)[0]
        return Ask(f"{P}/{other.id}/rut/{first.id}")

    return ask


def to_disable(*held: Grant) -> Callable[[World, str], Ask]:
    def ask(world: World, persona: str) -> Ask:
        return Ask(f"{P}/{add_person(world.database, *held).id}/khoa", {"khoa": "1"})

    return ask


def person_page(*held: Grant) -> Callable[[World, str], Ask]:
    def ask(world: World, persona: str) -> Ask:
        return Ask(f"{P}/{add_person(world.database, *held).id}")

    return ask


def known_by_address(world: World, persona: str) -> Ask:
    other = add_person(world.database)
    return Ask(f"{P}/{other.id}?e_mail={other.email}")


GIVE, TAKE = f"{P}/<int:account_id>/giao", f"{P}/<int:account_id>/rut/<int:grant_id>"
HERE = Grant(Role.MODERATOR, OWN)
OVER, NATION = over(Role.ADMINISTRATOR), national(Role.ADMINISTRATOR)
#: To an administrator who may not look at an account it does not exist.
NOT_MINE = {"administrator@other": 404}
NOT_OURS = {"administrator@other": 404, "administrator@own": 404}
ROWS = [
    # Signing in and registering: for everybody.
    # Who is in already goes on.
    Row(f"{A}/dang-nhap", frozenset({VISITOR}), f"{A}/dang-nhap", refused=dict.fromkeys(SIGNED_IN, 303)),
    Row(f"{A}/dang-nhap", EVERYONE, lambda w, p: Ask(f"{A}/dang-nhap", {"email": "x"}), "POST", 422),
    Row(f"{A}/dang-xuat", EVERYONE, f"{A}/dang-xuat", "POST", 303),
    Row(f"{A}/dang-ky", EVERYONE, f"{A}/dang-ky"),
    Row(f"{A}/dang-ky", EVERYONE, to_register, "POST", 303),
    Row(f"{A}/dang-ky/da-gui", EVERYONE, f"{A}/dang-ky/da-gui"),
    Row(f"{A}/dang-ky/tiep", EVERYONE, f"{A}/dang-ky/tiep?ma=x", status=410),
    Row(f"{A}/dang-ky/tiep", EVERYONE, f"{A}/dang-ky/tiep", "POST", 410),
    Row(f"{A}/quen-mat-khau", EVERYONE, f"{A}/quen-mat-khau"),
    Row(
        f"{A}/quen-mat-khau",
        EVERYONE,
        to_forget,
        "POST",
        303,
    ),
    Row(f"{A}/quen-mat-khau/da-gui", EVERYONE, f"{A}/quen-mat-khau/da-gui"),
    Row(f"{A}/dat-lai-mat-khau", EVERYONE, f"{A}/dat-lai-mat-khau?ma=x", status=410),
    Row(f"{A}/dat-lai-mat-khau", EVERYONE, f"{A}/dat-lai-mat-khau", "POST", 410),
    # No service is set here: the addresses do not exist; tests/webapp/accounts/test_sign_on.py has one.
    Row(f"{A}/dang-nhap-dich-vu", EVERYONE, f"{A}/dang-nhap-dich-vu", status=404),
    Row(f"{A}/dang-nhap-dich-vu/tro-lai", EVERYONE, f"{A}/dang-nhap-dich-vu/tro-lai", status=404),
    Row(f"{A}/dang-nhap-dich-vu/tiep", EVERYONE, f"{A}/dang-nhap-dich-vu/tiep", status=303),
    Row(f"{A}/dang-nhap-dich-vu/tiep", EVERYONE, f"{A}/dang-nhap-dich-vu/tiep", "POST", 303),
    # The demo's mailbox; test_mailbox.py asks where there is no demo.
    Row(f"{A}/hop-thu", EVERYONE, f"{A}/hop-thu"),
    Row(f"{A}/hop-thu/<int:mail_id>", EVERYONE, f"{A}/hop-thu/99999", status=404),
    # The own account: whoever is signed in, and only theirs.
    *(
        Row(f"{A}{path}", SIGNED_IN, f"{A}{path}")
        for path in ("", "/ten", "/e-mail", "/mat-khau", "/phien", "/du-lieu", "/du-lieu.json", "/xoa")
    ),
    Row(f"{A}/ten", SIGNED_IN, lambda w, p: Ask(f"{A}/ten", {"name": "Tên mới"}), "POST", 303),
    Row(f"{A}/e-mail", SIGNED_IN, lambda w, p: Ask(f"{A}/e-mail", {"email": "x"}), "POST", 422),
    Row(f"{A}/e-mail/xac-nhan", SIGNED_IN, f"{A}/e-mail/xac-nhan?ma=x", status=410),
    Row(f"{A}/e-mail/xac-nhan", SIGNED_IN, f"{A}/e-mail/xac-nhan", "POST", 410),
    Row(f"{A}/mat-khau", SIGNED_IN, f"{A}/mat-khau", "POST", 422),
    Row(f"{A}/xoa", SIGNED_IN, f"{A}/xoa", "POST", 422),
    Row(f"{A}/lien-ket/<int:identity_id>/bo", SIGNED_IN, f"{A}/lien-ket/1/bo", "POST", 303),
    Row(f"{A}/phien/ket-thuc-khac", SIGNED_IN, f"{A}/phien/ket-thuc-khac", "POST", 303),
    Row(f"{A}/phien/<int:session_id>/ket-thuc", SIGNED_IN, own_session, "POST", 303, state="own"),
    Row(
        f"{A}/phien/<int:session_id>/ket-thuc",
        NOBODY,
        somebody_elses_session,
        "POST",
        refused=dict.fromkeys(SIGNED_IN, 404),
        state="another's",
    ),
    # Administration.
    Row("/quan-tri", anywhere(*Role), "/quan-tri"),
    Row(P, ADMINISTRATORS, P),
    Row("/quan-tri/nhat-ky", ADMINISTRATORS, "/quan-tri/nhat-ky"),
    Row("/quan-tri/nhat-ky.csv", ADMINISTRATORS, "/quan-tri/nhat-ky.csv"),
    Row(f"{P}/<int:account_id>", ADMINISTRATORS, known_by_address, state="known by address"),
    Row(f"{P}/<int:account_id>", OVER, person_page(HERE), state="with a role here", refused=NOT_MINE),
    Row(f"{P}/<int:account_id>", NATION, person_page(), state="without a role", refused=NOT_OURS),
    Row(GIVE, OVER, to_grant(OWN, HERE), "POST", 303, NOT_MINE, state="here"),
    Row(GIVE, NATION, to_grant(OTHER, HERE), "POST", 303, NOT_MINE, state="elsewhere"),
    Row(
        GIVE,
        NATION,
        to_grant(NATIONAL, HERE),
        "POST",
        303,
        NOT_MINE,
        state="national",
    ),
    Row(GIVE, NATION, to_grant(OWN), "POST", 303, NOT_OURS, state="to a stranger"),
    Row(GIVE, NOBODY, to_oneself, "POST", state="to oneself", personal=True),
    Row(
        TAKE,
        OVER,
        to_withdraw(HERE),
        "POST",
        303,
        NOT_MINE,
        state="here",
    ),
    Row(
        TAKE,
        NATION,
        to_withdraw(Grant(Role.OFFICER), HERE),
        "POST",
        303,
        NOT_MINE,
        state="national",
    ),
    Row(f"{P}/<int:account_id>/khoa", NATION, to_disable(HERE), "POST", 303),
]
