"""Addresses of the API. They are a contract with other offices' systems."""

from django.contrib.auth.decorators import login_required
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import IsAuthenticated
from rest_framework.routers import SimpleRouter

from tasks.api import ledger, periods, rollups, views

router = SimpleRouter()
router.register("regions", views.Regions, "api-region")
router.register("departments", views.Departments, "api-department")
router.register("documents", views.Documents, "api-document")
router.register("tasks", views.Tasks, "api-task")
router.register("targets", views.Targets, "api-target")
router.register("progress-reports", views.ProgressReports, "api-report")
router.register("reporting-periods", periods.Periods, "api-period")
router.register("reminders", views.Reminders, "api-reminder")

version_1 = [
    *router.urls,
    path(
        "documents/<int:document>/clauses/",
        views.Clauses.as_view({"get": "list"}),
        name="api-clauses",
    ),
    path("ledger.xlsx", ledger.Ledger.as_view(), name="api-ledger"),
    path("rollups/", rollups.Rollups.as_view(), name="api-rollups"),
]

urlpatterns = [
    path("v1/", include(version_1)),
    path(
        "schema/", SpectacularAPIView.as_view(permission_classes=[IsAuthenticated]), name="schema"
    ),
    # A page for people: strangers are sent to sign in, not answered in JSON.
    path("docs/", login_required(SpectacularSwaggerSplitView.as_view()), name="api-docs"),
]
