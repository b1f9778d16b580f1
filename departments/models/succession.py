"""How one department followed another: renamed, merged, split, or only a function handed over."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from departments.models.department import Department
from departments.models.region import Region


class SuccessionEvent(models.Model):
    """One act of a reform: what became of whom, from which day, by which document.

    The departments stand in the links, one per predecessor and successor.
    """

    class Kind(models.TextChoices):
        RENAMED = "renamed", _("更名")
        MERGED = "merged", _("合并组建")
        SPLIT = "split", _("拆分")
        TRANSFERRED = "transferred", _("职能划转")

    region = models.ForeignKey(
        Region, verbose_name=_("地区"), on_delete=models.PROTECT, related_name="succession_events"
    )
    kind = models.CharField(_("方式"), max_length=12, choices=Kind.choices)
    effective_on = models.DateField(_("生效日期"), db_index=True)
    source = models.CharField(
        _("依据"), max_length=300, blank=True, help_text=_("文件名称和文号，例如本地机构改革方案。")
    )
    note = models.CharField(_("说明"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("机构沿革")
        verbose_name_plural = _("机构沿革")
        ordering = ["effective_on", "id"]

    def __str__(self) -> str:
        return f"{self.effective_on:%Y-%m-%d} {self.get_kind_display()}"


class SuccessionLink(models.Model):
    """One predecessor, one successor, and the functions that moved between them.

    `takes_over`: the predecessor ends and this successor is its heir, who sees and goes on with its
    open tasks. A department has one heir at most, so each old name leads to one body of today and
    sums by either agree. The others of a split, and whoever only receives a function, are no heirs.
    """

    event = models.ForeignKey(SuccessionEvent, on_delete=models.CASCADE, related_name="links")
    predecessor = models.ForeignKey(
        Department,
        verbose_name=_("原部门"),
        on_delete=models.PROTECT,
        related_name="links_forward",
    )
    successor = models.ForeignKey(
        Department,
        verbose_name=_("承接部门"),
        on_delete=models.PROTECT,
        related_name="links_back",
    )
    takes_over = models.BooleanField(
        _("整体承接"), default=True, help_text=_("原部门不再保留，由该部门承接其工作。")
    )
    functions = models.CharField(_("划转的职能"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("沿革关系")
        verbose_name_plural = _("沿革关系")
        ordering = ["event", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "predecessor", "successor"], name="one_link_per_pair"
            ),
            models.UniqueConstraint(
                fields=["predecessor"],
                condition=Q(takes_over=True),
                name="one_heir_per_department",
                violation_error_message=_("一个部门只能由一个部门整体承接。"),
            ),
            models.CheckConstraint(
                name="nobody_succeeds_himself",
                condition=~Q(predecessor=F("successor")),
                violation_error_message=_("原部门和承接部门不能相同。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"

    def clean(self) -> None:
        """An heir cannot lead back to its predecessor: the line would have no end."""
        if not (self.takes_over and self.predecessor_id and self.successor_id):
            return
        seen = {self.predecessor_id}
        follower: int | None = self.successor_id
        while follower:
            if follower in seen:
                raise ValidationError({"successor": _("承接关系不能首尾相接，请核对。")})
            seen.add(follower)
            follower = (
                SuccessionLink.objects.filter(predecessor=follower, takes_over=True)
                .values_list("successor", flat=True)
                .first()
            )
