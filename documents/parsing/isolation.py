"""Reading a stranger's file in a short-lived child process with limits.

A hostile file can make a library loop, fill the memory or crash the interpreter (SAFETY, trap 4).
In a child that costs one refused upload; in the web process or the worker it would cost everyone.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from documents.parsing import wire
from documents.parsing.errors import Busy, UnreadableDocument
from documents.parsing.model import ParsedDocument

MEMORY = 512 * 1024 * 1024  # bytes of address space, most of it libraries on disk
DATA = 130 * 1024 * 1024  # bytes of its own; a notice takes 30 MB
FILES = 64 * 1024 * 1024  # bytes of a file in its own folder
CPU_SECONDS = 15  # notices take one; an old office PC needs a multiple of what ours does
WALL_SECONDS = 40.0  # a child that waits uses no CPU
MAX_ANSWER = 64 * 1024 * 1024

# Each child may take its full memory: so many at once and no more, whoever waits.
_AT_ONCE = threading.BoundedSemaphore(2)
_PATIENCE = 60.0  # seconds
_BUSY = "正在读取的文件较多，请稍后重试。"

# Exit codes of the child (documents.parsing.child).
READ, REFUSED = 0, 3

_ROOT = Path(__file__).resolve().parents[2]
_TOO_COMPLEX = "文件过于复杂，已停止读取，请精简内容或将正文另存为.txt后再上传。"


def parse_isolated(data: bytes, filename: str) -> ParsedDocument:
    """Read and parse in a child; raises UnreadableDocument, also when the child had to be ended."""
    if not _AT_ONCE.acquire(timeout=_PATIENCE):
        raise Busy(_BUSY)
    try:
        code, answer = _run(data, filename)
    finally:
        _AT_ONCE.release()
    if code == REFUSED:
        raise UnreadableDocument(answer.decode("utf-8", "replace"))
    if code != READ or len(answer) > MAX_ANSWER:
        raise UnreadableDocument(_TOO_COMPLEX)
    try:
        return wire.unpack(answer)
    except (ValueError, KeyError, TypeError, ArithmeticError) as error:
        raise UnreadableDocument(_TOO_COMPLEX) from error


def _run(data: bytes, filename: str) -> tuple[int, bytes]:
    """Exit code and standard output of the child, which sees nothing of our environment."""
    # Only the ending of the name matters to the readers; the rest is not for a process list.
    command = [sys.executable, "-m", "documents.parsing.child", f"x{Path(filename).suffix}"[:16]]
    environment = {
        "PYTHONPATH": str(_ROOT),
        "PYTHONUTF8": "1",
        "MALLOC_ARENA_MAX": "2",
        "PATH": os.defpath,
    }
    try:
        # A folder of its own, which goes with it however it ends.
        with tempfile.TemporaryDirectory(prefix="parse-") as folder:
            done = subprocess.run(
                command,
                input=data,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=WALL_SECONDS,
                cwd=_ROOT,
                env={**environment, "TMPDIR": folder},
                check=False,
            )
    except subprocess.TimeoutExpired as error:
        raise UnreadableDocument(_TOO_COMPLEX) from error
    except (OSError, ValueError) as error:
        raise Busy("暂时无法读取文件，请稍后重试。") from error
    return done.returncode, done.stdout
