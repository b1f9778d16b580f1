"""python -m documents.parsing FILE prints the contract's JSON on standard output."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from documents.parsing import UnreadableDocument, parse_file


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: python -m documents.parsing FILE", file=sys.stderr)
        return 2
    path = Path(arguments[0])
    try:
        document = parse_file(path, filename=path.name)
    except (UnreadableDocument, OSError) as error:
        print(str(error), file=sys.stderr)
        return 1
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    print(json.dumps(document.to_dict(), ensure_ascii=False, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
