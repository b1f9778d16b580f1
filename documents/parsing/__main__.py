"""python -m documents.parsing FILE prints the contract's JSON on standard output."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from documents.parsing import UnreadableDocument, parse_file


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m documents.parsing FILE\n")
        return 2
    path = Path(arguments[0])
    try:
        document = parse_file(path, filename=path.name)
    except (UnreadableDocument, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    printed = json.dumps(document.to_dict(), ensure_ascii=False, indent=1)
    sys.stdout.buffer.write(printed.encode() + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
