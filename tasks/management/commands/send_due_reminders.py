"""`send_due_reminders`: what the daily job does, for any day, and what it would do."""

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from reform_tracker.lib.dates import today
from reform_tracker.working_days.calendar import calendar
from tasks.services.reminders import Digest, Step, plan, send_due


class Command(BaseCommand):
    help = _("向责任单位联络员、医改办和领导发送到期提醒、催办、督办和约谈建议。")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--on", help=_("按哪一天计算，如2024-12-02（默认今天；将来的日期只能试运行）")
        )
        parser.add_argument(
            "--dry-run", action="store_true", help=_("只显示将发给谁、发什么，不发送")
        )

    def handle(self, *args: Any, on: dt.date | str | None, dry_run: bool, **options: Any) -> None:
        day = _day(on)
        if day > today() and not dry_run:
            text = _(
                "%s还没有到，不能提前发送；要查看那一天将发送的内容，请加上 --dry-run 试运行。"
            )
            raise CommandError(text % day)
        if not (working_days := calendar()).is_working_day(day):
            self.stdout.write(
                _("%(day)s不是工作日，不发送；下一个工作日%(next)s补发。")
                % {"day": day, "next": working_days.next_working_day(day)}
            )
            return
        if dry_run:
            digests = plan(day)
            self._show(digests)
            self._total(_("试运行，未发送"), day, digests)
            return
        result = send_due(day)
        self._show(result.sent)
        self._total(_("已发送"), day, result.sent)
        if result.failed:
            names = "、".join(str(person) for person in result.failed)
            raise CommandError(_("以下人员发送失败，原因见日志，可再次运行补发：%s") % names)

    def _show(self, digests: list[Digest]) -> None:
        for digest in digests:
            address = digest.recipient.email or _("无邮箱，仅站内消息")
            self.stdout.write(f"{digest.recipient} <{address}>  {digest.summary}")
            for section in digest.sections():
                for step in section.steps:
                    self.stdout.write(f"  {section.name}  {_line(step)}")
                if section.more:
                    self.stdout.write("  " + _("……另有%d项") % section.more)

    def _total(self, what: str, day: dt.date, digests: list[Digest]) -> None:
        steps = sum(len(digest.steps) for digest in digests)
        self.stdout.write(
            _("%(day)s %(what)s：%(people)d人，%(steps)d项。")
            % {"day": day, "what": what, "people": len(digests), "steps": steps}
        )


def _day(on: dt.date | str | None) -> dt.date:
    """The day asked for, today by default. Raises CommandError when it is none."""
    try:
        return dt.date.fromisoformat(on) if isinstance(on, str) else on or today()
    except ValueError:
        raise CommandError(_("日期“%s”无效，请按年-月-日填写，如2024-12-02。") % on) from None


def _line(step: Step) -> str:
    if step.days_overdue > 0:
        when = _("已逾期%d天") % step.days_overdue
    elif step.days_left == 0:
        when = _("今天到期") if step.on == today() else _("当天到期")
    else:
        when = _("还有%d天") % step.days_left
    return f"{step.task}  {step.task.due_on}  {when}"
