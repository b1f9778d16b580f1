"""Where the reform stands: the dashboard, and the targets behind its figures.

The page itself holds no figure: static/js/dashboard.js reads them from the rollups of the API.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from departments.models import Region
from departments.permissions import can_read_tasks
from reform_tracker.lib.dates import today
from reform_tracker.lib.pages import page_of
from reform_tracker.lib.verdicts import require
from tasks.filters import TargetFilter
from tasks.forms.task import offer_regions
from tasks.models import Target, Task
from tasks.models.target import Verdict
from tasks.models.task import TaskQuerySet
from tasks.permissions import can_read_dashboard
from tasks.rollups import years

OVERDUE_SHOWN = 20


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """`?region=` code (default: the person's own), `?year=` (default: the latest begun)."""
    require(can_read_dashboard(request.user))
    tasks = Task.objects.visible_to(request.user)
    regions = list(_regions(request, tasks))
    region = _chosen_region(request, regions)
    offered = years(tasks.in_region(region))
    return render(
        request,
        "tasks/dashboard.html",
        {
            "regions": regions,
            "region": region,
            "years": offered,
            "year": _chosen_year(request.GET.get("year", ""), offered),
            "today": today(),
            "overdue_shown": OVERDUE_SHOWN,
        },
    )


@require_safe
def target_list(request: HttpRequest) -> HttpResponse:
    """Targets by the filters in the address, with what was reached and the verdict."""
    require(can_read_tasks(request.user))
    visible = Target.objects.visible_to(request.user)
    query = TargetFilter(request.GET, queryset=visible, request=request)
    offer_regions(query.form, Task.objects.visible_to(request.user))
    is_valid = query.is_valid()
    found = query.qs.select_related("task__region") if is_valid else visible.none()
    page = page_of(found.order_by("-task__year_end", "task", "position"), request, per_page=50)
    rows = [(target, Verdict(target.verdict_then)) for target in page]
    return render(
        request,
        "tasks/dashboard_targets.html",
        {
            "filter": query,
            "is_valid": is_valid,
            "page": page,
            "rows": rows,
            "on": query.on,
            "is_filtered": any(request.GET.get(name) for name in TargetFilter.base_filters),
        },
    )


def _regions(request: HttpRequest, tasks: TaskQuerySet) -> QuerySet[Region]:
    """Regions to choose from: one's own, provinces below, and every other that has tasks."""
    own = request.user.scope.regions
    worth_choosing = (
        Q(pk__in=[region.pk for region in own])
        | Q(level__in=[Region.Level.COUNTRY, Region.Level.PROVINCE])
        | Exists(tasks.filter(region=OuterRef("pk")))
    )
    return Region.objects.within(own).filter(worth_choosing).order_by("code")


def _chosen_region(request: HttpRequest, regions: QuerySet[Region]) -> Region:
    code = request.GET.get("region", "")
    if not code:
        # The widest of one's own regions: all of it at a glance.
        return min(request.user.scope.regions, key=lambda region: (len(region.path), region.code))
    for region in regions:
        if region.code == code:
            return region
    raise Http404


def _chosen_year(asked: str, offered: list[int]) -> int | None:
    """The year asked for, if the region has it; else the latest that has begun."""
    if asked.isdecimal() and int(asked) in offered:
        return int(asked)
    begun = [year for year in offered if year <= today().year]
    return next(iter(begun or offered[::-1]), None)
