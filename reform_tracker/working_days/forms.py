"""Entering a year's holidays: day by day, or by pasting the notice's own words."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reform_tracker.working_days.models import CalendarYear, SpecialDay
from reform_tracker.working_days.notice import read_notice


class CalendarYearForm(forms.ModelForm):
    notice = forms.CharField(
        label=_("粘贴通知内容"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "cols": 90}),
        help_text=_(
            "把国务院办公厅放假通知中“一、元旦：……”起的各条粘贴到这里，保存后系统读出放假日和"
            "调休上班日，替换本年度原有的日期；不粘贴的，在下面逐日填写。"
        ),
    )

    class Meta:
        model = CalendarYear
        fields = ["year", "source"]
        widgets = {"source": forms.TextInput(attrs={"size": 60})}

    def clean(self) -> dict[str, Any]:
        """`days`: what the notice says, as rows of the year that are not saved yet."""
        values = super().clean() or {}
        values["days"] = []
        if not values.get("notice") or not values.get("year"):
            return values
        try:
            read = read_notice(values["notice"], values["year"])
        except ValueError:
            self.add_error("notice", _("通知中有日期读不通，请核对后再粘贴，或在下面逐日填写。"))
            return values
        if not read:
            self.add_error(
                "notice", _("没有读出放假日期，请粘贴“一、元旦：……”起的各条，或在下面逐日填写。")
            )
        Kind = SpecialDay.Kind
        values["days"] = [
            SpecialDay(
                day=row.day, kind=Kind.DAY_OFF if row.is_off else Kind.MAKE_UP, name=row.name
            )
            for row in read
        ]
        return values
