"""Addresses of the work itself. A page that shows tasks lives here, whatever it is about."""

from django.urls import path

from tasks.views import dashboard, document, home, ledger, periods, reminders, reports, tasks

urlpatterns = [
    path("", home.home, name="home"),
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("targets/", dashboard.target_list, name="targets"),
    path("tasks/", tasks.task_list, name="tasks"),
    path("tasks/<int:pk>/", tasks.task_page, name="task"),
    path("tasks/<int:pk>/progress/", tasks.update_progress, name="update_progress"),
    path("tasks/<int:pk>/state/", tasks.change_state, name="change_state"),
    path("tasks/<int:pk>/edit/", tasks.edit_task, name="edit_task"),
    path("tasks/<int:pk>/report/", reports.file_report, name="file_report"),
    path("my-reports/", reports.my_reports, name="my_reports"),
    path("reviews/", reports.review_queue, name="reviews"),
    path("reviews/<int:pk>/approve/", reports.approve, name="approve_report"),
    path("reviews/<int:pk>/send-back/", reports.send_back, name="send_back_report"),
    path("periods/", periods.period_list, name="periods"),
    path("periods/open-year/", periods.open_year, name="open_year"),
    path("periods/<int:pk>/switch/", periods.switch_period, name="switch_period"),
    path("documents/<int:pk>/", document.document_page, name="document"),
    path("documents/<int:pk>/confirm/", document.confirm_page, name="confirm_document"),
    path("documents/<int:pk>/publish/", document.publish, name="publish_document"),
    path("documents/<int:pk>/delete/", document.remove, name="remove_document"),
    path("documents/<int:pk>/add-clause/", document.add_clause, name="add_clause"),
    path("clauses/<int:pk>/", document.clause_form, name="clause"),
    path("clauses/<int:pk>/dismiss/", document.dismiss_clause, name="dismiss_clause"),
    path("clauses/<int:pk>/make-task/", document.make_task_clause, name="make_task_clause"),
    path("reminders/", reminders.reminder_log, name="reminders"),
    path("ledger.xlsx", ledger.download, name="ledger"),
]
