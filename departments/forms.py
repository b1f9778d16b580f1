"""The sign-in form, and choices of regions and departments that tell namesakes apart."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from departments.models import Department, Region


def region_label(region: Region) -> str:
    """江苏省 徐州市: two regions of the same name are told apart by the one above."""
    above = region.parent
    return f"{above.name} {region.name}" if above and above.level != "country" else region.name


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
        return region_label(region)


class DepartmentChoice(forms.ModelChoiceField):
    """Departments with their region: nearly every city has a 市财政局."""

    def label_from_instance(self, department: Department) -> str:
        return department_label(department)


class SignInForm(AuthenticationForm):
    """One message for a wrong name, a wrong password and a disabled account: none is told apart."""

    error_messages = {
        "invalid_login": _(
            "用户名或密码不对，请核对后重试。连续输错5次账号将锁定30分钟；"
            "忘记密码请联系系统管理员重置。"
        ),
        "inactive": _("用户名或密码不对，请核对后重试。"),
    }
