"""The source documents themselves; pages that show their tasks live in tasks."""

from django.urls import path

from documents import views

urlpatterns = [
    path("documents/", views.document_list, name="documents"),
    path("documents/import/", views.import_page, name="import_document"),
    path("documents/uploads/<int:pk>/", views.upload, name="upload"),
    path("documents/<int:pk>/source/", views.download_source, name="document_source"),
]
