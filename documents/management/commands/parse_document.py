"""`parse_document FILE`: what the parser reads, as JSON on standard output; saves nothing."""

import json
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser, OutputWrapper
from django.utils.translation import gettext as _

from documents.parsing import UnreadableDocument
from documents.parsing.doubts import doubts
from documents.services.importing import read, refuse_large


class Command(BaseCommand):
    help = "解析一份政策文件，在标准输出打印 JSON，不保存任何数据。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        for stream in (self.stdout, self.stderr):
            _speak_utf8(stream)
        try:
            refuse_large(file.stat().st_size)
            parsed = read(file.read_bytes(), file.name)
        except OSError as error:
            raise CommandError(_("打不开文件%s，请检查路径和权限。") % file) from error
        except UnreadableDocument as error:
            raise CommandError(error.message) from error
        printed = parsed.to_dict()
        for row, task in zip(printed["tasks"], parsed.tasks, strict=True):
            row["warnings"] += doubts(task, parsed)
        self.stdout.write(json.dumps(printed, ensure_ascii=False, indent=2))


def _speak_utf8(stream: OutputWrapper) -> None:
    """The contract says UTF-8, also where the machine is set up for another language."""
    out = stream._out
    if isinstance(out, TextIOWrapper):
        out.reconfigure(encoding="utf-8", errors="backslashreplace")
