"""python -m documents.parsing.child NAME: reads a file from standard input, within limits.

Prints the document as wire.pack writes it and exits 0; or prints the reason for the user and
exits 3. Any other end means that a limit stopped it. See isolation.py.
"""

from __future__ import annotations

import os
import resource
import sys

from documents.parsing import wire
from documents.parsing.errors import UnreadableDocument
from documents.parsing.isolation import CPU_SECONDS, DATA, FILES, MEMORY, READ, REFUSED
from documents.parsing.readers import parse_here


def main(filename: str) -> int:
    _limit()
    data = sys.stdin.buffer.read()
    try:
        code, answer = READ, wire.pack(parse_here(data, filename))
    except UnreadableDocument as error:
        code, answer = REFUSED, error.message.encode()
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()
    return code


def _limit() -> None:
    """No more memory, CPU or files than a notice needs; no core dump of somebody's document."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_DATA, (DATA, DATA))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILES, FILES))


if __name__ == "__main__":
    code = main(sys.argv[1] if len(sys.argv) > 1 else "")
    os._exit(code)  # nothing to tidy up: taking apart a large tree would only take time
