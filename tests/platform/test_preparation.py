"""What `make run` does before it starts anything: done once, and cheap the second time."""

from pathlib import Path

import pytest

from departments.models import User
from reform_tracker import preparation
from tests.factories import UserFactory


@pytest.fixture
def commands(monkeypatch, settings, tmp_path):
    """The management commands that were called; load_demo makes one account and shows it."""
    called = []

    def call(name, **options):
        called.append(name)
        if name == "load_demo":
            UserFactory(username="demo_office")
            options["stdout"].write("已导入3份文件\n演示账号：\n  demo_office  secret\n")
        if name == "collectstatic":
            Path(settings.STATIC_ROOT).mkdir(exist_ok=True)

    settings.DATA_DIR, settings.STATIC_ROOT = tmp_path, tmp_path / "static"
    monkeypatch.setattr(preparation, "call_command", call)
    monkeypatch.delenv("DEMO", raising=False)
    return called


def test_an_empty_database_gets_the_demo_once(db, commands, capsys, settings):
    preparation.load_demo()
    assert (
        "演示账号（用户名、初始密码、身份）：\n  demo_office  secret\n" in capsys.readouterr().out
    )
    preparation.load_demo()
    assert commands == ["load_demo"]
    assert "demo_office  secret" in capsys.readouterr().out  # shown at every start
    stored = settings.DATA_DIR / "demo_accounts.txt"
    assert stored.stat().st_mode & 0o077 == 0


def test_a_database_with_people_gets_no_demo(db, commands, capsys, zhang):
    preparation.load_demo()
    assert commands == []
    assert capsys.readouterr().out == ""


def test_demo_0_leaves_an_empty_database_empty(db, commands, capsys, monkeypatch):
    monkeypatch.setenv("DEMO", "0")
    preparation.load_demo()
    assert not User.objects.exists()
    said = capsys.readouterr().out
    assert "createsuperuser" in said
    assert "数据库是空的" in said


def test_static_files_are_collected_again_only_when_one_changed(commands, settings, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "site.css").write_text("a {}")
    settings.STATICFILES_DIRS = [source]
    preparation.collect_static()
    preparation.collect_static()
    assert commands == ["collectstatic"]
    (source / "site.css").write_text("a { color: red }")
    preparation.collect_static()
    assert commands == ["collectstatic", "collectstatic"]
