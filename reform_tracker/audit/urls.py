"""The audit trail, for auditors."""

from django.urls import path

from reform_tracker.audit import views

urlpatterns = [path("audit/", views.audit_trail, name="audit_trail")]
