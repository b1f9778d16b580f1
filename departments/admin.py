"""What the administrator may change: accounts with their roles, regions, the register."""

import json
from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import CharField, ForeignKey, Model, Q, QuerySet
from django.db.models.functions import Concat, Substr
from django.forms import Field, ModelForm, Textarea
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from rest_framework.authtoken.models import TokenProxy

from departments.forms import (
    AliasForm,
    DepartmentChoice,
    DepartmentForm,
    RegionChoice,
    dated_label,
    department_label,
    region_label,
)
from departments.models import (
    Department,
    DepartmentAlias,
    Membership,
    Region,
    RegionName,
    SuccessionEvent,
    SuccessionLink,
    User,
)
from departments.naming.pinyin import pinyin_of
from departments.permissions import can_administer
from departments.services.lines import in_words
from departments.services.regions import place_under_parent
from departments.services.succession import settle, undo_succession
from reform_tracker.audit.models import record
from reform_tracker.lib.dates import today

admin.site.unregister(Group)
# A token acts as its owner: each makes his own, nobody makes one for somebody else.
admin.site.unregister(TokenProxy)


class NamedPlaces(admin.options.BaseModelAdmin):
    """Regions and departments are chosen, and shown once chosen, with the region above."""

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> Field | None:
        if db_field.related_model is Region:
            kwargs |= {
                "form_class": RegionChoice,
                "queryset": Region.objects.select_related("parent"),
            }
        elif db_field.related_model is Department:
            kwargs |= {
                "form_class": DepartmentChoice,
                "queryset": Department.objects.select_related("region__parent"),
            }
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class ForAdministrators(NamedPlaces, admin.ModelAdmin):
    """Every right is the role's; every change leaves a row in the audit trail."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(can_administer(request.user))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(can_administer(request.user))

    has_add_permission = has_change_permission = has_view_permission

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Accounts are switched off, not deleted: what they did must keep its author."""
        return False

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        record(actor=request.user, action="added", subject=obj, detail=_in_words(message))
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        record(actor=request.user, action="changed", subject=obj, detail=_in_words(message))
        return super().log_change(request, obj, message)


def _in_words(message: Any) -> dict[str, str]:
    """What Django's admin says was changed, roles and aliases and passwords included: 已修改密码。"""
    entry = LogEntry(change_message=json.dumps(message) if isinstance(message, list) else message)
    return {"note": entry.get_change_message()}


class EditableRows(NamedPlaces, admin.TabularInline):
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(can_administer(request.user))

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


class MembershipRows(EditableRows):
    model = Membership
    autocomplete_fields = ["region", "department"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        rows = super().get_queryset(request)
        return rows.select_related("user", "region__parent", "department__region__parent")


class AliasRows(EditableRows):
    model = DepartmentAlias
    form = AliasForm
    fields = ["name", "kind", "valid_from", "valid_to"]
    verbose_name_plural = _("其他名称（全称、简称、别的写法）")


class SuccessionRows(EditableRows):
    model = SuccessionLink
    autocomplete_fields = ["predecessor", "successor"]
    fields = ["predecessor", "successor", "takes_over", "functions"]
    min_num = 1

    def get_queryset(self, request: HttpRequest) -> QuerySet[SuccessionLink]:
        rows = super().get_queryset(request)
        return rows.select_related("predecessor__region__parent", "successor__region__parent")


@admin.register(User)
class AccountAdmin(ForAdministrators, UserAdmin):
    list_display = ["username", "full_name", "roles", "is_active", "last_login"]
    list_filter = ["is_active", "memberships__role"]
    search_fields = ["username", "name"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("本人"), {"fields": ["name", "email"]}),
        (_("使用"), {"fields": ["is_active", "last_login"]}),
    ]
    add_fieldsets = [
        (
            None,
            {"fields": ["username", "name", "email", "usable_password", "password1", "password2"]},
        )
    ]
    readonly_fields = ["last_login"]
    filter_horizontal = []
    inlines = [MembershipRows]

    @method_decorator(sensitive_post_parameters())
    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        """A new password and its row in the trail, both or none."""
        with transaction.atomic():
            return super().user_change_password(request, id, form_url)

    add_form_template = "departments/account_add.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        rows = super().get_queryset(request)
        places = ["memberships__region__parent", "memberships__department__region__parent"]
        return rows.prefetch_related(*places)

    @admin.display(description=_("角色"))
    def roles(self, user: User) -> str:
        rows = ((_role_with_place(row),) for row in user.memberships.all())
        return format_html_join("", '<div class="nowrap">{}</div>', rows)

    @admin.display(description=_("姓名"), ordering="name")
    def full_name(self, user: User) -> str:
        return _in_one_line(user.name)


class Standing(admin.SimpleListFilter):
    """What exists today, or what ended."""

    title = _("现状")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("now", _("现有")), ("ended", _("已撤销"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "now":
            return queryset.valid_on(today())
        return queryset.filter(valid_to__lt=today()) if self.value() else queryset


class FormerNameRows(EditableRows):
    model = RegionName
    fields = ["name", "valid_from", "valid_to"]


@admin.register(Region)
class RegionAdmin(ForAdministrators):
    list_display = ["code", "name", "level", "parent", "valid_to", "successor"]
    list_filter = [Standing, "level"]
    # 徐州, xuzhou and xz all find 徐州市.
    search_fields = [
        "code",
        "name",
        "pinyin__istartswith",
        "initials__istartswith",
        "former_names__name",
    ]
    autocomplete_fields = ["parent", "successor"]
    fields = [
        "code",
        "name",
        "level",
        "parent",
        "pinyin",
        "initials",
        "valid_from",
        "valid_to",
        "successor",
    ]
    inlines = [FormerNameRows]
    label_from_instance = staticmethod(dated_label)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Region]:
        return super().get_queryset(request).select_related("parent", "successor")

    def save_model(self, request: HttpRequest, obj: Region, form: ModelForm, change: bool) -> None:
        if not obj.pinyin or ("name" in form.changed_data and "pinyin" not in form.changed_data):
            obj.pinyin, obj.initials = pinyin_of(obj.name)
        super().save_model(request, obj, form, change)
        place_under_parent(obj)


@admin.register(Department)
class DepartmentAdmin(ForAdministrators):
    form = DepartmentForm
    list_display = ["name", "place", "field", "valid_from", "valid_to"]
    list_filter = [Standing, "level"]
    search_fields = ["name", "region__name", "whole_name", "aliases__name"]
    autocomplete_fields = ["region"]
    fields = ["region", "name", "kind", "level", "valid_from", "valid_to", "history"]
    readonly_fields = ["history"]
    inlines = [AliasRows]
    label_from_instance = staticmethod(department_label)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Department]:
        rows = super().get_queryset(request).select_related("region__parent")
        # 徐州市财政局 finds 市财政局 of 徐州市.
        return rows.annotate(whole_name=Concat("region__name", Substr("name", 2)))

    @admin.display(description=_("地区"), ordering="region")
    def place(self, department: Department) -> str:
        return _in_one_line(region_label(department.region))

    @admin.display(description=_("类别"), ordering="kind")
    def field(self, department: Department) -> str:
        return _in_one_line(department.get_kind_display())

    @admin.display(description=_("机构沿革"))
    def history(self, department: Department) -> str:
        """What it came from and what became of it, each line leading to the event."""
        add = format_html(
            '<a class="addlink" href="{}">{}</a>',
            reverse("admin:departments_successionevent_add"),
            _("登记更名、合并、拆分或职能划转"),
        )
        links = (
            SuccessionLink.objects.filter(Q(predecessor=department) | Q(successor=department))
            .select_related("event", "predecessor__region", "successor__region")
            .order_by("event__effective_on", "pk")
        )
        rows = format_html_join("", '<div><a href="{}">{}</a></div>', map(_history_line, links))
        return format_html("{}{}", rows, add)


@admin.register(SuccessionEvent)
class SuccessionAdmin(ForAdministrators):
    """Reached from the departments it speaks of; not an area of its own on the first page."""

    list_display = ["effective_on", "kind", "place", "departments", "source"]
    list_filter = ["kind"]
    search_fields = ["region__name", "links__predecessor__name", "links__successor__name", "source"]
    date_hierarchy = "effective_on"
    autocomplete_fields = ["region"]
    fields = ["region", "kind", "effective_on", "source", "note"]
    formfield_overrides = {CharField: {"widget": Textarea(attrs={"rows": 2, "cols": 60})}}
    inlines = [SuccessionRows]
    actions = None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Taking one back is an act of its own, refused once others build on it."""
        return self.has_change_permission(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[SuccessionEvent]:
        rows = super().get_queryset(request).select_related("region__parent")
        return rows.prefetch_related("links__predecessor", "links__successor")

    @admin.display(description=_("地区"), ordering="region")
    def place(self, event: SuccessionEvent) -> str:
        return _in_one_line(region_label(event.region))

    @admin.display(description=_("部门"))
    def departments(self, event: SuccessionEvent) -> str:
        return "；".join(str(link) for link in event.links.all())

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        settle(event=form.instance, actor=request.user, was=form.initial.get("effective_on"))

    def delete_model(self, request: HttpRequest, obj: SuccessionEvent) -> None:
        undo_succession(event=obj, actor=request.user)

    # The services leave their own rows in the trail.
    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        return admin.ModelAdmin.log_addition(self, request, obj, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        return admin.ModelAdmin.log_change(self, request, obj, message)


def _in_one_line(words: str) -> str:
    return format_html('<span class="nowrap">{}</span>', words)


def _history_line(link: SuccessionLink) -> tuple[str, str]:
    """2019年1月1日 职能划转：市民政局 → 市医保局（医疗救助）"""
    event = link.event
    functions = f"（{link.functions}）" if link.functions else ""
    words = f"{event.get_kind_display()}：{link}{functions}"
    url = reverse("admin:departments_successionevent_change", args=[event.pk])
    return url, f"{in_words(event.effective_on)} {words}"


def _role_with_place(row: Membership) -> str:
    """部门联络员 江苏省 徐州市财政局"""
    place = ""
    if row.region:
        place = region_label(row.region)
    elif row.department:
        place = department_label(row.department)
    return f"{row.get_role_display()} {place}".strip()
