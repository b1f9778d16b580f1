"""What the page head offers: which areas of the system the signed-in person may enter."""

from django.http import HttpRequest

from departments.permissions import (
    can_administer,
    can_read_audit,
    can_read_tasks,
    can_use_office_pages,
)


def navigation(request: HttpRequest) -> dict[str, object]:
    if not request.user.is_authenticated:
        return {}
    user = request.user
    return {
        "may": {
            "office": bool(can_use_office_pages(user)),
            "read_tasks": bool(can_read_tasks(user)),
            "read_regions": bool(user.scope.regions),
            "file_reports": bool(user.scope.department_ids),
            "administer": bool(can_administer(user)),
            "audit": bool(can_read_audit(user)),
        }
    }
