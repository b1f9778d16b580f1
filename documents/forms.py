"""Finding a document, uploading one."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from departments.forms import RegionChoice
from departments.models import Region, User
from documents.models import PolicyDocumentQuerySet

ACCEPTED = ".txt,.html,.htm,.mht,.mhtml,.docx,.doc,.wps,.pdf,.xlsx,.xls,.et"


class DocumentFilterForm(forms.Form):
    region = RegionChoice(
        label=_("地区"),
        required=False,
        to_field_name="code",
        queryset=Region.objects.none(),
        empty_label=_("全部地区"),
    )
    year = forms.TypedChoiceField(label=_("年度"), required=False, coerce=int, empty_value=None)
    search = forms.CharField(label=_("标题、文号或发文机关"), required=False, max_length=100)

    def __init__(self, *args: Any, user: User, documents: PolicyDocumentQuerySet, **kwargs: Any):
        super().__init__(*args, **kwargs)
        paths = documents.order_by().values_list("region__path", flat=True).distinct()
        regions = Region.objects.visible_to(user).leading_to(paths).select_related("parent")
        self.fields["region"].queryset = regions
        first, last = documents.years()
        years = [(year, _t("%d年") % year) for year in range(last, first - 1, -1)]
        self.fields["year"].choices = [("", _t("全部年度")), *years]

    def apply(self, documents: PolicyDocumentQuerySet) -> PolicyDocumentQuerySet:
        """The documents chosen; a choice that makes no sense is left out, its error on the form."""
        self.full_clean()
        chosen = self.cleaned_data
        if region := chosen.get("region"):
            documents = documents.in_region(region)
        if year := chosen.get("year"):
            documents = documents.in_year(year)
        return documents.search(chosen.get("search") or "")


class ImportForm(forms.Form):
    """A file and, where it does not name one, its region."""

    file = forms.FileField(
        label=_("文件"),
        required=False,  # said in our own words below
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        help_text=_(
            "支持Word（docx、doc）、WPS、PDF、网页、纯文本和Excel（xlsx、xls），最大20MB。扫描件请先做文字识别。"
            "不得上传涉密文件。"
        ),
        error_messages={"empty": _("这个文件是空的，请重新选择。")},
    )
    region = RegionChoice(
        label=_("发文地区"),
        required=False,
        queryset=Region.objects.none(),
        empty_label=_("从文件中自动识别"),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        own = Region.objects.within(user.scope.office_regions).select_related("parent")
        self.fields["region"].queryset = own

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if not file:
            raise forms.ValidationError(_t("请先选择要导入的文件。"))
        limit = settings.DOCUMENT_MAX_BYTES
        if file.size > limit:
            raise forms.ValidationError(
                _t("文件超过%dMB，请拆分或另存为较小的文件再上传。") % (limit // 1024 // 1024)
            )
        return file


class UploadRegionForm(forms.Form):
    """The region of an uploaded file that does not name one."""

    region = RegionChoice(
        label=_("发文地区"), queryset=Region.objects.none(), empty_label=_("请选择地区")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        own = Region.objects.within(user.scope.office_regions).select_related("parent")
        self.fields["region"].queryset = own
