"""Policy documents and the clauses read from them, awaiting confirmation."""

from pathlib import PurePath
from uuid import uuid4

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, F, Max, Min, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from departments.models import Region
from departments.models.region import within
from reform_tracker.lib.dates import today

YEAR_RANGE = [MinValueValidator(1990), MaxValueValidator(2100)]


def source_path(document: "PolicyDocument", filename: str) -> str:
    """A generated key: the name a user gave a file never becomes a path."""
    return f"documents/{uuid4().hex}{PurePath(filename).suffix.lower()[:10]}"


class PolicyDocumentQuerySet(models.QuerySet["PolicyDocument"]):
    def visible_to(self, user) -> "PolicyDocumentQuerySet":
        """Documents of the regions one's roles reach; a liaison's own region counts."""
        scope = user.scope
        return self.filter(within(scope.regions, "region__") | Q(region__in=scope.home_region_ids))

    def in_region(self, region: Region) -> "PolicyDocumentQuerySet":
        """The region and everything below it."""
        return self.filter(within([region], "region__"))

    def in_year(self, year: int) -> "PolicyDocumentQuerySet":
        """A plan over several years counts in each of them."""
        return self.filter(year_start__lte=year, year_end__gte=year)

    def years(self) -> tuple[int, int]:
        """First and last year the documents speak of; this year when there are none."""
        ends = self.aggregate(first=Min("year_start"), last=Max("year_end"))
        return ends["first"] or today().year, ends["last"] or today().year

    def search(self, words: str) -> "PolicyDocumentQuerySet":
        """Each blank-separated word must occur in title, number or issuing authority."""
        found = self
        for word in words.split():
            found = found.filter(
                Q(title__icontains=word)
                | Q(document_number__icontains=word)
                | Q(issuing_authority__icontains=word)
            )
        return found

    def with_clause_counts(self) -> "PolicyDocumentQuerySet":
        """Annotate `pending` and `published`: clauses still to confirm, clauses in the ledger."""
        return self.annotate(
            pending=Count(
                "clauses", filter=Q(clauses__status="pending", clauses__is_container=False)
            ),
            published=Count("clauses", filter=Q(clauses__status="published")),
        )


class PolicyDocument(models.Model):
    """A policy notice: its head, its clean text, and the file it came from."""

    region = models.ForeignKey(
        Region, verbose_name=_("地区"), on_delete=models.PROTECT, related_name="documents"
    )
    title = models.CharField(_("标题"), max_length=300)
    document_number = models.CharField(_("文号"), max_length=80, null=True, blank=True)
    issuing_authority = models.CharField(_("发文机关"), max_length=120, blank=True)
    issued_on = models.DateField(_("成文日期"), null=True, blank=True)
    published_on = models.DateField(_("发布日期"), null=True, blank=True)
    year_start = models.PositiveSmallIntegerField(_("起始年度"), validators=YEAR_RANGE)
    year_end = models.PositiveSmallIntegerField(_("截止年度"), validators=YEAR_RANGE)
    source_file = models.FileField(_("原文件"), upload_to=source_path, blank=True)
    source_name = models.CharField(_("原文件名"), max_length=200, blank=True)
    # Null for the demo's facts, which come without a file.
    sha256 = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)
    text = models.TextField(_("正文"), blank=True)
    # Goals set for the whole document, outside any task, in the parser's form (contract).
    targets = models.JSONField(_("总体目标"), default=list, blank=True)
    warnings = models.JSONField(_("解析提示"), default=list, blank=True)
    created_at = models.DateTimeField(_("导入时间"), default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("导入人"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = PolicyDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("政策文件")
        verbose_name_plural = _("政策文件")
        ordering = ["-year_end", "region", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "document_number"],
                condition=Q(document_number__isnull=False),
                name="one_document_per_number",
            ),
            models.UniqueConstraint(
                fields=["region", "title"],
                condition=Q(document_number__isnull=True),
                name="one_numberless_document_per_title",
            ),
            models.CheckConstraint(
                condition=Q(year_start__lte=F("year_end")),
                name="document_years_in_order",
                violation_error_message=_("起始年度不能晚于截止年度。"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def own_year(self) -> int:
        """The year meant by 年底前: the plan's only year, else the one it was issued in."""
        issued = self.issued_on or self.published_on
        return issued.year if issued and self.year_start != self.year_end else self.year_start


class ClauseQuerySet(models.QuerySet["Clause"]):
    def visible_to(self, user) -> "ClauseQuerySet":
        """Clauses of the documents the person may read."""
        return self.filter(document__in=PolicyDocument.objects.visible_to(user))


class Clause(models.Model):
    """One numbered item as it was read, with its place in the text; a person confirms it.

    `responsibilities`: [{"raw", "mode", "departments": [{"name", "role", "department", "rule"}]}],
    where `department` is the id in the register, or null while the name is unknown.
    `targets`, `deadlines`, `warnings`: as in contracts/parse-output.md.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("待确认")
        PUBLISHED = "published", _("已入账")
        DISMISSED = "dismissed", _("不作为任务")

    document = models.ForeignKey(PolicyDocument, on_delete=models.CASCADE, related_name="clauses")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="children"
    )
    position = models.PositiveIntegerField(_("顺序"))
    number = models.CharField(_("编号"), max_length=20, blank=True)
    section = models.JSONField(_("所属章节"), default=list)
    title = models.CharField(_("任务标题"), max_length=300)
    body = models.TextField(_("任务内容"), blank=True)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    is_container = models.BooleanField(_("仅为分组"), default=False)
    responsibilities = models.JSONField(_("责任单位"), default=list)
    targets = models.JSONField(_("目标指标"), default=list)
    deadlines = models.JSONField(_("完成时限"), default=list)
    warnings = models.JSONField(_("提示"), default=list)
    status = models.CharField(
        _("状态"), max_length=10, choices=Status.choices, default=Status.PENDING
    )
    # A person compared it with the source and saved it; what read doubtfully is settled.
    is_checked = models.BooleanField(_("已核对"), default=False)
    # Typed in by a person, not read from the file: only such a one may be deleted again.
    is_manual = models.BooleanField(_("手工添加"), default=False)

    objects = ClauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("条款")
        verbose_name_plural = _("条款")
        ordering = ["document", "position"]
        constraints = [
            models.UniqueConstraint(fields=["document", "position"], name="one_clause_per_position")
        ]

    def __str__(self) -> str:
        title = self.title or _("（未填标题）")
        return f"{self.number} {title}".strip()

    @property
    def source(self) -> str:
        """Its words in the document's text; empty when it has no place there."""
        text = self.document.text
        return text[self.start : self.end] if 0 <= self.start < self.end <= len(text) else ""


def upload_path(upload: "Upload", filename: str) -> str:
    """A generated key, as for documents."""
    return f"uploads/{uuid4().hex}{PurePath(filename).suffix.lower()[:10]}"


class UploadQuerySet(models.QuerySet["Upload"]):
    def of(self, user) -> "UploadQuerySet":
        """A person's own uploads: nobody else may see what came of them."""
        return self.filter(created_by=user)

    def unsettled(self) -> "UploadQuerySet":
        """Not read yet, or read and waiting for an answer."""
        Status = Upload.Status
        open_states = [Status.WAITING, Status.READING, Status.REGION_NEEDED]
        return self.filter(status__in=open_states)

    def due(self, now) -> "UploadQuerySet":
        """To be read: waiting, or left behind by a worker that died."""
        abandoned = Q(status=Upload.Status.READING, claimed_until__lte=now)
        return self.filter(Q(status=Upload.Status.WAITING) | abandoned)


class Upload(models.Model):
    """A file somebody sent for import, kept from the first moment, and what became of it."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("排队等待读取")
        READING = "reading", _("正在读取")
        REGION_NEEDED = "region_needed", _("等待选择发文地区")
        DONE = "done", _("已导入")
        FAILED = "failed", _("没有导入")

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    created_at = models.DateTimeField(_("上传时间"), default=timezone.now)
    file = models.FileField(_("文件"), upload_to=upload_path)
    name = models.CharField(_("文件名"), max_length=200)
    sha256 = models.CharField(max_length=64)
    # The one chosen by hand; null: the one the file names.
    region = models.ForeignKey(Region, null=True, blank=True, on_delete=models.CASCADE)
    status = models.CharField(
        _("状态"), max_length=15, choices=Status.choices, default=Status.WAITING
    )
    reason = models.TextField(_("原因"), blank=True)
    # What it became; or, when it was not imported, the one on record that is the same.
    document = models.ForeignKey(
        PolicyDocument, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # Of the worker that reads it: past this moment it has died, and another takes over.
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # When it was last read to an end.
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("上传的文件")
        verbose_name_plural = _("上传的文件")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name
