"""One's own inbox."""

from django.urls import path

from reform_tracker.notifications import views

urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/<int:pk>/", views.open_message, name="open_message"),
    path("inbox/read/", views.mark_all_read, name="mark_all_read"),
]
