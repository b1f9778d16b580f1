"""Which department answers for a task, and how."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from departments.models import Department
from tasks.models.task import Task


class Responsibility(models.Model):
    """One department of one task, in the document's order."""

    class Role(models.TextChoices):
        LEAD = "lead", _("牵头")
        COOPERATING = "cooperating", _("配合")
        PARTICIPANT = "participant", _("参与")

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="responsibilities")
    position = models.PositiveSmallIntegerField(_("顺序"))
    role = models.CharField(_("角色"), max_length=12, choices=Role.choices)
    name_as_written = models.CharField(_("文件中的名称"), max_length=80)
    department = models.ForeignKey(
        Department,
        verbose_name=_("部门"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="responsibilities",
    )

    class Meta:
        verbose_name = _("责任单位")
        verbose_name_plural = _("责任单位")
        ordering = ["task", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["task", "position"], name="one_responsibility_per_position"
            )
        ]
        indexes = [
            models.Index(fields=["department", "role", "task"], name="responsibility_department")
        ]

    def __str__(self) -> str:
        return f"{self.name_as_written}（{self.get_role_display()}）"
