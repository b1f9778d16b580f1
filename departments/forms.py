"""The sign-in form, the register's forms, and choices that tell namesakes apart."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from departments.models import Department, DepartmentAlias, Region
from departments.naming.kinds import kind_of, level_of
from departments.naming.reading import tidy
from departments.services.register import bearer_of, taken


def region_label(region: Region) -> str:
    """江苏省 徐州市: two regions of the same name are told apart by the one above."""
    above = region.parent
    return f"{above.name} {region.name}" if above and above.level != "country" else region.name


def dated_label(region: Region) -> str:
    """浙江省 绍兴市 上虞市（至2013年）: a region that is no more is told from the one of today."""
    label = region_label(region)
    if region.valid_to is None:
        return label
    return _t("%(region)s（至%(year)d年）") % {"region": label, "year": region.valid_to.year}


def department_label(department: Department) -> str:
    """江苏省 徐州市财政局; a name that does not say where, like 各区人民政府, has it in brackets."""
    place = region_label(department.region)
    name = department.full_name
    if name.startswith(department.region.name):
        return place.removesuffix(department.region.name) + name
    return f"{name}（{place}）"


class RegionChoice(forms.ModelChoiceField):
    """Regions by name, two of the same name told apart by the one above."""

    def label_from_instance(self, region: Region) -> str:
        return dated_label(region)


class DepartmentChoice(forms.ModelChoiceField):
    """Departments with their region: nearly every city has a 市财政局."""

    def label_from_instance(self, department: Department) -> str:
        return department_label(department)


class DepartmentForm(forms.ModelForm):
    """Field and level are told from the name unless the administrator says otherwise."""

    class Meta:
        model = Department
        fields = ["region", "name", "kind", "level", "valid_from", "valid_to"]
        help_texts = {
            "name": _(
                "本地区内的规范名称，如“市卫生局”。机构更名、合并请登记机构沿革，不要直接改名。"
            ),
        }

    def clean_name(self) -> str:
        return tidy(self.cleaned_data["name"])

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or {}
        name, region = values.get("name"), values.get("region")
        if name and region and not self.instance.pk:
            if values.get("kind") == Department.Kind.OTHER:
                values["kind"] = kind_of(name)
            values["level"] = values.get("level") or level_of(name, region.level)
        return values


class AliasForm(forms.ModelForm):
    """A name of its department's, that is nobody else's at the same time."""

    class Meta:
        model = DepartmentAlias
        fields = ["name", "kind", "valid_from", "valid_to"]

    def clean_name(self) -> str:
        return tidy(self.cleaned_data["name"])

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or {}
        department = self.instance.department if self.instance.department_id else None
        if department and department.pk and values.get("name"):
            first = values.get("valid_from") or department.valid_from
            last = values.get("valid_to") or department.valid_to
            if bearer := bearer_of(values["name"], department, first, last):
                self.add_error("name", taken(values["name"], bearer))
        return values


class SignInForm(AuthenticationForm):
    """One message for a wrong name, a wrong password and a disabled account: none is told apart."""

    error_messages = {
        "invalid_login": _(
            "用户名或密码不对，请核对后重试。连续输错5次账号将锁定30分钟；"
            "忘记密码请联系系统管理员重置。"
        ),
        "inactive": _("用户名或密码不对，请核对后重试。"),
    }
