"""`/healthz` and `/readyz`: what a supervisor and a load balancer ask."""

import socket
import threading
import time
from contextlib import contextmanager

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import OperationalError

pytestmark = pytest.mark.django_db


@contextmanager
def mute_server():
    """Accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        kept = []

        def accept():
            try:
                while True:
                    kept.append(listener.accept()[0])
            except OSError:
                return

        threading.Thread(target=accept, daemon=True).start()
        yield listener.getsockname()[1]
        for each in kept:
            each.close()


def test_alive_without_database_or_sign_in(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}


@pytest.mark.needs_broker
def test_ready(client):
    answer = client.get("/readyz")
    assert answer.status_code == 200, answer.content.decode()
    assert answer.json() == {"status": "ok", "wrong": [], "reasons": {}}
    assert "no-cache" in answer["Cache-Control"]


def test_broker_refuses(client, settings):
    settings.BROKER_URL = "redis://:secret-word@127.0.0.1:1/0"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["wrong"] == ["queue"]
    assert "消息队列没有应答" in answer.content.decode()  # readable, not \uXXXX
    assert "secret-word" not in answer.content.decode()


def test_broker_accepts_and_never_answers(client, settings):
    with mute_server() as port:
        settings.BROKER_URL = f"redis://127.0.0.1:{port}/0"
        begun = time.monotonic()
        answer = client.get("/readyz")
        took = time.monotonic() - begun
    assert answer.status_code == 503
    assert answer.json()["wrong"] == ["queue"]
    assert took < 4


@pytest.mark.needs_broker
def test_migration_not_run(client):
    (newest,) = MigrationLoader(connection).graph.leaf_nodes("tasks")
    MigrationRecorder(connection).record_unapplied(*newest)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["wrong"] == ["migrations"]
    assert "manage.py migrate" in answer.json()["reasons"]["migrations"]


@pytest.mark.needs_broker
def test_database_gone_is_said_once_and_without_its_address(client, monkeypatch):
    def refuse():
        raise OperationalError("connection to server at 10.1.2.3 failed: password for reform")

    monkeypatch.setattr(connection, "cursor", lambda *args, **kwargs: refuse())
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["wrong"] == ["database"]
    assert "10.1.2.3" not in answer.content.decode()


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_only_reading(client, address):
    assert client.post(address).status_code == 405
