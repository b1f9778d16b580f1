"""Is the process alive, and can it do its work?"""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from redis import Redis


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Alive: this process answers."""
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Ready: database, migrations and queue all right; else 503 with the names of what is not."""
    wrong = [name for name, check in CHECKS.items() if not _passes(check)]
    status = "ok" if not wrong else "unavailable"
    return JsonResponse({"status": status, "wrong": wrong}, status=503 if wrong else 200)


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone())


def _migrations() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _queue() -> bool:
    client = Redis.from_url(settings.BROKER_URL, socket_timeout=2, socket_connect_timeout=2)
    try:
        return bool(client.ping())
    finally:
        client.close()


CHECKS = {"database": _database, "migrations": _migrations, "queue": _queue}


def _passes(check) -> bool:
    try:
        return check()
    except Exception:  # whatever fails, the answer is “not ready”, never a stack trace
        return False
