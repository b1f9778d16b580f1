"""What the administrator may change: accounts with their roles, regions, the register."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from departments.models import Department, DepartmentAlias, Membership, Region, User
from departments.permissions import can_administer
from departments.services.regions import place_under_parent
from reform_tracker.audit.models import record

admin.site.unregister(Group)


class ForAdministrators(admin.ModelAdmin):
    """Every right is the role's; every change leaves a row in the audit trail."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(can_administer(request.user))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(can_administer(request.user))

    has_add_permission = has_change_permission = has_view_permission

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Accounts are switched off, not deleted: what they did must keep its author."""
        return False

    def save_model(self, request: HttpRequest, obj: Model, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        record(
            actor=request.user,
            action="changed" if change else "added",
            subject=obj,
            detail={"fields": [name for name in form.changed_data if "password" not in name]},
        )


class EditableRows(admin.TabularInline):
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(can_administer(request.user))

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


class MembershipRows(EditableRows):
    model = Membership
    autocomplete_fields = ["region", "department"]


class AliasRows(EditableRows):
    model = DepartmentAlias


@admin.register(User)
class AccountAdmin(ForAdministrators, UserAdmin):
    list_display = ["username", "name", "email", "is_active", "last_login"]
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


@admin.register(Region)
class RegionAdmin(ForAdministrators):
    list_display = ["code", "name", "level", "parent"]
    list_filter = ["level"]
    search_fields = ["code", "name"]
    autocomplete_fields = ["parent"]

    def save_model(self, request: HttpRequest, obj: Region, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        place_under_parent(obj)


@admin.register(Department)
class DepartmentAdmin(ForAdministrators):
    list_display = ["name", "region"]
    search_fields = ["name", "aliases__name"]
    autocomplete_fields = ["region"]
    inlines = [AliasRows]
