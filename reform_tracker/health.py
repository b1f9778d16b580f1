"""Is the process alive, and can it do its work?"""

import logging

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger(__name__)

# One try: redis-py's default of several would make a mute broker cost most of a minute.
QUEUE_TIMEOUT = 2


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Alive: this process answers."""
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Ready: database, migrations and queue all right; else 503 that says what is not, and why.

    Everybody may ask, so a reason names no address, account or version; the log has those.
    """
    reasons: dict[str, str] = {}
    for name, check in CHECKS.items():
        # Without a database, asking it for its migrations would only wait once more.
        reason = "" if name == "migrations" and "database" in reasons else _reason(name, check)
        if reason:
            reasons[name] = reason
    answer = {
        "status": "unavailable" if reasons else "ok",
        "wrong": list(reasons),
        "reasons": reasons,
    }
    return JsonResponse(
        answer, status=503 if reasons else 200, json_dumps_params={"ensure_ascii": False}
    )


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if not missing:
        return ""
    return (
        ngettext(
            "数据库还有%d个更新没有执行，请运行 manage.py migrate。",
            "数据库还有%d个更新没有执行，请运行 manage.py migrate。",
            missing,
        )
        % missing
    )


def _queue() -> str:
    with Redis.from_url(
        settings.BROKER_URL,
        socket_timeout=QUEUE_TIMEOUT,
        socket_connect_timeout=QUEUE_TIMEOUT,
        retry=Retry(NoBackoff(), 0),
    ) as client:
        client.ping()
    return ""


# Each returns what is wrong in words, nothing when all is right, or raises.
CHECKS = {"database": _database, "migrations": _migrations, "queue": _queue}


def _reason(name: str, check) -> str:
    try:
        return check()
    except Exception:  # whatever fails, the answer is “not ready”, never a stack trace
        logger.warning("Not ready: %s", name, exc_info=True)
        return {
            "database": _("连接不上数据库，请检查数据库服务和 DATABASE_URL。"),
            "migrations": _("无法读取数据库的更新记录，请先检查数据库。"),
            "queue": _("消息队列没有应答，请检查 Redis/Valkey 服务和 BROKER_URL。"),
        }[name]
