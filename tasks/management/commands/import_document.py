"""`import_document FILE [--region CODE] [--confirm]`: a document with its clauses, or its tasks."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from departments.models import Region
from documents.models import PolicyDocument
from documents.parsing import UnreadableDocument
from documents.services.importing import AlreadyImported, import_document
from tasks.services import intake


class Command(BaseCommand):
    help = "导入一份政策文件及其条款；加 --confirm 把没有问题的条款直接入账。重复导入不改动数据。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--region", metavar="CODE", help="行政区划代码，如 320300")
        parser.add_argument("--confirm", action="store_true")

    def handle(
        self, *args: Any, file: Path, region: str | None, confirm: bool, **options: Any
    ) -> None:
        try:
            document = import_document(
                data=file.read_bytes(), filename=file.name, actor=None, region=_region(region)
            )
        except AlreadyImported as error:
            self.stdout.write(error.message)
            return
        except OSError as error:
            raise CommandError(_("打不开文件%s，请检查路径和权限。") % file) from error
        except UnreadableDocument as error:
            raise CommandError(error.message) from error
        except ValidationError as error:
            hint = _("（命令行请加 --region 行政区划代码）")
            raise CommandError("".join(error.messages) + hint) from error
        published = self._publish(document) if confirm else 0
        self._count(document, published)

    def _publish(self, document: PolicyDocument) -> int:
        done = intake.publish(document=document, actor=None)
        for clause, problems in done.held_back:
            self.stderr.write(f"{clause}：{''.join(problems)}")
        return len(done.tasks)

    def _count(self, document: PolicyDocument, published: int) -> None:
        total = document.clauses.filter(is_container=False).count()
        waiting = intake.to_confirm(document).count()
        self.stdout.write(
            _(
                "已导入《%(title)s》：读出任务%(total)d条，入账%(published)d条，待确认%(waiting)d条。"
            )
            % {
                "title": document.title,
                "total": total,
                "published": published,
                "waiting": waiting,
            }
        )


def _region(code: str | None) -> Region | None:
    if code is None:
        return None
    try:
        return Region.objects.get(code=code)
    except Region.DoesNotExist as error:
        raise CommandError(_("没有代码为%s的地区，请核对行政区划代码。") % code) from error
