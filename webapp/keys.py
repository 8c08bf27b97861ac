"""The site's secret: from the settings, or made once in the data folder and readable by its owner only."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from schemas.settings import Settings


def secret_key(settings: Settings) -> str:
    """The secret that signs forms and hides addresses; the same for every process of the site."""
    if settings.secret_key:
        return settings.secret_key
    path = settings.data_dir / "secret_key"
    if not path.exists():
        create_private_file(path, secrets.token_hex(32))
    return path.read_text(encoding="ascii").strip()


def create_private_file(path: Path, text: str) -> None:
    """A file only its owner reads (mode 0600), whole or not at all: several processes may start at once, and
    the first to link its file wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    own = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(own, path)
    except FileExistsError:
        pass
    finally:
        own.unlink()


def keyed(secret: str, purpose: str, text: str) -> str:
    """A hash nobody can make without the secret; different for each purpose."""
    return hmac.new(secret.encode(), f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()
