"""The Chinese calendar as the State Council's yearly notices set it: days off, make-up days."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from reform_tracker.lib.dates import FIRST_DAY, LAST_DAY

YEAR_RANGE = [MinValueValidator(FIRST_DAY.year), MaxValueValidator(LAST_DAY.year)]


class CalendarYear(models.Model):
    """A year whose holiday notice is on record. Without days it counts as not announced."""

    year = models.PositiveSmallIntegerField(_("年度"), unique=True, validators=YEAR_RANGE)
    source = models.CharField(
        _("依据"),
        max_length=200,
        help_text=_("例如：国务院办公厅关于2027年部分节假日安排的通知"),
    )

    class Meta:
        verbose_name = _("年度放假安排")
        verbose_name_plural = _("年度放假安排")
        ordering = ["-year"]

    def __str__(self) -> str:
        return str(_("%d年放假安排") % self.year)


class SpecialDay(models.Model):
    """A day that differs from Monday to Friday, or belongs to a holiday."""

    class Kind(models.TextChoices):
        DAY_OFF = "day_off", _("放假")
        MAKE_UP = "make_up", _("上班（调休）")

    year = models.ForeignKey(
        CalendarYear, verbose_name=_("年度"), on_delete=models.CASCADE, related_name="days"
    )
    day = models.DateField(_("日期"), unique=True)
    kind = models.CharField(_("安排"), max_length=8, choices=Kind.choices, default=Kind.DAY_OFF)
    name = models.CharField(_("节日"), max_length=40)

    class Meta:
        verbose_name = _("放假或调休日")
        verbose_name_plural = _("放假和调休日")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}{self.get_kind_display()}"

    def clean(self) -> None:
        """A notice speaks of its own year, at most of the days beside it (12月31日至1月2日)."""
        if not self.day:
            return
        if self.year_id and abs(self.day.year - self.year.year) > 1:
            raise ValidationError({"day": _("日期不在%d年前后，请核对。") % self.year.year})
        if self.kind == self.Kind.MAKE_UP and self.day.weekday() < 5:
            raise ValidationError({"day": _("调休上班日应当是星期六或星期日，请核对。")})
