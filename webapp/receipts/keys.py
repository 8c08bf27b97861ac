"""The key that signs receipts and tree heads: from the settings, or made once in the data folder (mode 0600).

A key can be replaced at any time; public keys that have signed stay published in `log_keys`.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy.dialects import postgresql, sqlite

from schemas.errors import SettingsError
from schemas.log_tables import log_keys
from schemas.settings import PREFIX, Settings

from ..audit import now
from ..keys import create_private_file

FILE = "receipt_key"
_ALLOWED = "the 32 bytes of an Ed25519 private key in base64"


def key_id_of(public_key: bytes) -> str:
    """The name of a key: the first 16 hexadecimal digits of the SHA-256 of its 32 public bytes."""
    return hashlib.sha256(public_key).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with its public name."""

    private: Ed25519PrivateKey
    public_key: bytes
    key_id: str

    def sign(self, data: bytes) -> str:
        """The Ed25519 signature (RFC 8032), base64."""
        return base64.b64encode(self.private.sign(data)).decode()


def signer_from(seed: bytes) -> Signer:
    """The signer of a private key's 32 bytes."""
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public = private.public_key().public_bytes_raw()
    return Signer(private, public, key_id_of(public))


def new_seed() -> bytes:
    """The 32 bytes of a new private key."""
    return Ed25519PrivateKey.generate().private_bytes_raw()


def signer_of(settings: Settings) -> Signer:
    """The key in use. Raises SettingsError for one that cannot be used."""
    return _load(settings.receipt_key, settings.data_dir / FILE)


@lru_cache(maxsize=8)
def _load(text: str, path: Path) -> Signer:
    if not text:
        if not path.exists():
            create_private_file(path, base64.b64encode(new_seed()).decode())
        text = path.read_text(encoding="ascii").strip()
    try:
        seed = base64.b64decode(text, validate=True)
        return signer_from(seed)
    except ValueError as error:
        raise SettingsError(PREFIX + "RECEIPT_KEY", "…", _ALLOWED) from error


def rotate(settings: Settings) -> tuple[str, str]:
    """Make a new key in the data folder; the old file stays beside it. Names of the old and the new key.

    Processes that run take it up when they are started again. Raises SettingsError while the settings give
    the key: replace it there.
    """
    if settings.receipt_key:
        raise SettingsError(PREFIX + "RECEIPT_KEY", "…", "nothing: the key comes from there; set another")
    old = signer_of(settings)
    path = settings.data_dir / FILE
    path.rename(path.with_name(f"{FILE}.{old.key_id}"))
    _load.cache_clear()
    return old.key_id, signer_of(settings).key_id


def publish(connection: sa.Connection, signer: Signer) -> None:
    """Put the public key among the published ones, if it is not there yet."""
    known = sa.select(log_keys.c.id).where(log_keys.c.key_id == signer.key_id)
    if connection.execute(known).first():
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    public = base64.b64encode(signer.public_key).decode()
    values = {"key_id": signer.key_id, "public_key": public, "since": now()}
    connection.execute(dialect.insert(log_keys).values(**values).on_conflict_do_nothing())


def published(connection: sa.Connection) -> dict[str, bytes]:
    """Key id → public key of every key that has signed, oldest first."""
    rows = connection.execute(sa.select(log_keys).order_by(log_keys.c.id))
    return {row.key_id: base64.b64decode(row.public_key) for row in rows}


def verifies(public_key: bytes, signature: str, data: bytes) -> bool:
    """Whether the signature over the data is this key's."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(
            base64.b64decode(signature, validate=True), data
        )
    except (InvalidSignature, ValueError):
        return False
    return True
