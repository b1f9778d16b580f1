"""Mounts the apps; only this module of the platform knows them."""

from django.contrib import admin
from django.urls import include, path

from reform_tracker import health

handler404 = "reform_tracker.errors.not_found"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/", admin.site.urls),
    path("", include("departments.urls")),
    path("", include("reform_tracker.notifications.urls")),
    path("", include("reform_tracker.audit.urls")),
    path("", include("documents.urls")),
    path("", include("tasks.urls")),
    path("api/", include("tasks.api.urls")),
]
