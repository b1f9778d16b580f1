"""Uploads that wait for an answer (which region?), so that nobody has to choose the file twice.

One folder per person under MEDIA_ROOT/stash, file names are hashes, never served, gone after a day.
"""

import hashlib
import re
import time
from pathlib import Path
from typing import Any

from django.conf import settings

KEEP_SECONDS = 24 * 60 * 60
HASH = re.compile(r"[0-9a-f]{64}")


def keep(user: Any, data: bytes) -> str:
    """Put the upload aside; returns the token `kept` takes. Old ones are cleared on the way."""
    _clear_old()
    token = hashlib.sha256(data).hexdigest()
    path = _folder(user) / token
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return token


def kept(user: Any, token: str) -> bytes | None:
    """The person's own upload, or None when it is gone or never was his."""
    path = _path(user, token)
    return path.read_bytes() if path and path.is_file() else None


def drop(user: Any, token: str) -> None:
    if path := _path(user, token):
        path.unlink(missing_ok=True)


def _folder(user: Any) -> Path:
    return Path(settings.MEDIA_ROOT) / "stash" / str(user.pk)


def _path(user: Any, token: str) -> Path | None:
    return _folder(user) / token if HASH.fullmatch(token) else None


def _clear_old() -> None:
    oldest = time.time() - KEEP_SECONDS
    for path in (Path(settings.MEDIA_ROOT) / "stash").glob("*/*"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
