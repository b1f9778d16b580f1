"""Which database and broker a test run uses; a pytest plug-in that says so.

TEST_ON=sqlite (default) or TEST_ON=postgres. PostgreSQL is the one DATABASE_URL names, else the
one at 127.0.0.1:5432 if it lets user postgres in, else an embedded one. The broker is the one at
127.0.0.1:6379 if an empty database is left there, else an embedded Valkey. Everything started here
ends with the run.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from functools import cached_property
from urllib.parse import urlsplit

import psycopg2
import pytest
import redis

from reform_tracker.embedded import Postgres, Valkey

LOCAL_POSTGRES = "postgres://postgres@127.0.0.1:5432/postgres"
LOCAL_REDIS = "redis://127.0.0.1:6379"
CLAIM = "reform_tracker_test_run"


class Servers:
    """The servers of this run; each is looked for, or started, when it is first asked for."""

    def __init__(self) -> None:
        self.run = os.getpid()
        self.on = os.environ.get("TEST_ON", "sqlite")
        if self.on not in {"sqlite", "postgres"}:
            raise pytest.UsageError(f"TEST_ON={self.on}: it is sqlite or postgres")

    @property
    def on_postgres(self) -> bool:
        return self.on == "postgres"

    @cached_property
    def data_dir(self) -> str:
        """A folder for uploads, mail and the like, away from the checkout's own var/."""
        folder = tempfile.mkdtemp(prefix="reform-tracker-tests-")
        self._at_exit(lambda: shutil.rmtree(folder, ignore_errors=True))
        os.mkdir(f"{folder}/static")  # whitenoise warns when nothing was ever collected
        return folder

    @cached_property
    def database_url(self) -> str:
        if not self.on_postgres:
            return f"sqlite:///{self.data_dir}/db.sqlite3"
        given = os.environ.get("DATABASE_URL", "")
        if given.startswith(("postgres://", "postgresql://")):
            return given
        try:
            psycopg2.connect(LOCAL_POSTGRES, connect_timeout=2).close()
        except psycopg2.OperationalError:
            embedded = Postgres().start()
            self._at_exit(embedded.stop)
            return embedded.url
        return LOCAL_POSTGRES

    @cached_property
    def broker_url(self) -> str:
        if local := self._claim_local_redis():
            return local
        embedded = Valkey().start()
        self._at_exit(embedded.stop)
        return embedded.url

    def _claim_local_redis(self) -> str | None:
        """The address of an empty database of the local Redis, ours until the run ends."""
        for number in range(15, 0, -1):
            url = f"{LOCAL_REDIS}/{number}"
            client = redis.from_url(url, socket_connect_timeout=1, socket_timeout=2)
            try:
                # The claim expires, for runs that were killed before they could give it back.
                if client.dbsize() == 0 and client.set(CLAIM, self.run, nx=True, ex=3600):
                    self._at_exit(client.flushdb)
                    return url
            except redis.RedisError:
                return None
        return None

    def _at_exit(self, action) -> None:
        """Do it when this process ends, but not when a forked child of it does."""
        atexit.register(lambda: action() if os.getpid() == self.run else None)

    def export(self) -> None:
        """Put the choice where the project's settings read it."""
        os.environ["DATA_DIR"] = self.data_dir
        os.environ["DATABASE_URL"] = self.database_url
        os.environ["BROKER_URL"] = self.broker_url

    def environment(self, **more: str) -> dict[str, str]:
        """The environment for a process of the project started by a test."""
        return {**os.environ, "DJANGO_SETTINGS_MODULE": "reform_tracker.settings", **more}

    def describe(self) -> str:
        """One line: names, versions and addresses, without passwords."""
        if self.on_postgres:
            connection = psycopg2.connect(self.database_url)
            with connection.cursor() as cursor:
                cursor.execute("SHOW server_version")
                database = f"PostgreSQL {cursor.fetchone()[0].split()[0]}"
            connection.close()
            place = urlsplit(self.database_url)
            database += f" at {place.hostname}:{place.port or 5432}"
        else:
            import sqlite3

            database = f"SQLite {sqlite3.sqlite_version}"
        about = redis.from_url(self.broker_url).info("server")
        kind = "Valkey" if "valkey_version" in about else "Redis"
        version = about.get("valkey_version") or about["redis_version"]
        place = urlsplit(self.broker_url)
        return f"{database}; broker {kind} {version} at {place.hostname}:{place.port}{place.path}"


servers = Servers()


def pytest_report_header() -> str:
    return f"servers: {servers.describe()}"


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("needs_postgres") and not servers.on_postgres:
        pytest.skip("needs PostgreSQL: TEST_ON=postgres, or `make test` for both")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Where its server runs, a marked test that is skipped has failed: it would hide for ever."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        for marker, present in (("needs_postgres", servers.on_postgres), ("needs_broker", True)):
            if item.get_closest_marker(marker) and present:
                report.outcome = "failed"
                report.longrepr = f"marked {marker}, and skipped although the server runs"
    return report
