"""Passwords: argon2id, with the first parameters OWASP's Password Storage Cheat Sheet recommends (46 MiB, one
pass, one lane: some 40 ms here), and the few rules that help (NIST SP 800-63B: long and not well known)."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import gettext as _

from schemas.text.normalise import slugify


def argon2id() -> PasswordHasher:
    """A hasher with the parameters of a real site."""
    return PasswordHasher(time_cost=1, memory_cost=47104, parallelism=1)


HASHER = argon2id()
#: Of a password nobody knows: checked against when there is no account, so that it takes as long.
NOBODY = HASHER.hash("4f1c0d0b-no-such-account")
SHORTEST = 10
LONGEST = 200
#: What people choose when asked for ten letters, without marks and spaces.
_CHOSEN_OFTEN = """
    1234567890 0123456789 0987654321 1234512345 1122334455 qwertyuiop asdfghjkl1 1q2w3e4r5t 1qaz2wsx3edc
    password12 password123 password1234 passw0rd123 matkhau123 matkhau1234 matkhau12345 matkhaumoi123
    anhyeuem123 anhyeuemnhieu iloveyou123 vietnam123 vietnam2025 vietnam2026 hanoi12345 saigon12345
    welcome123 abcdefghij abc1234567 admin12345 administrator quydinh123 quydinh2026 letmein123
    changeme123 khongbiet123 khongcogi12
"""
WELL_KNOWN = frozenset(_CHOSEN_OFTEN.split())


def hash_password(password: str) -> str:
    """The argon2id hash to store."""
    return HASHER.hash(password)


def verify(password: str, stored: str | None) -> bool:
    """Is it the password? Takes as long without an account or without a password."""
    try:
        HASHER.verify(stored or NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def needs_rehash(stored: str) -> bool:
    """Was it hashed with other parameters than today's?"""
    return HASHER.check_needs_rehash(stored)


def fault(password: str, email: str) -> str:
    """What is wrong with a new password, for people; empty when nothing is."""
    plain = slugify(password).replace("-", "")
    if len(password) < SHORTEST:
        return str(_("Mật khẩu cần ít nhất %(n)s ký tự; một câu ngắn dễ nhớ là tốt nhất", n=SHORTEST))
    if plain in WELL_KNOWN or len(set(password)) < 5:
        return str(_("Mật khẩu này quá dễ đoán; thử một câu chỉ mình bạn biết"))
    name = slugify(email.split("@")[0]).replace("-", "")
    if len(name) >= 4 and name in plain and len(plain) - len(name) < 6:
        return str(_("Mật khẩu không nên là địa chỉ e-mail của bạn"))
    return ""
