"""`make run`'s supervisor: starts everything, keeps it alive, and leaves nothing behind."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

from reform_tracker import supervisor
from reform_tracker.embedded import any_free_port, first_free_port, port_is_free
from reform_tracker.supervisor import Child, Supervisor, lock
from tests.servers import servers

ROOT = Path(__file__).resolve().parents[2]
on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")


def wait_for(happened, seconds: float = 30.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if happened():
            return True
        time.sleep(0.05)
    return False


def descendants(pid: int) -> set[int]:
    """Ids of every process below this one, from /proc."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int(
                    (entry / "stat").read_text().rsplit(")")[-1].split()[1]
                )
            except OSError:
                continue  # it ended while we looked
    below, grown = {pid}, True
    while grown:
        more = {child for child, parent in parents.items() if parent in below} | below
        grown, below = len(more) > len(below), more
    return below - {pid}


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")")[-1].split()[0] != "Z"
    except OSError:
        return False


class Site:
    """A supervisor of its own, on its own folder and port."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log, self.port = folder, folder / "log", any_free_port()
        # DEBUG spares collecting static files; this is about processes.
        environment = servers.environment(
            DATA_DIR=str(folder / "var"),
            DATABASE_URL=f"sqlite:///{folder}/db.sqlite3",
            PORT=str(self.port),
            DEMO="0",
            DEBUG="on",
        )
        del environment["BROKER_URL"]  # it starts its own
        self.command = [sys.executable, "-m", "reform_tracker.supervisor"]
        self.options = {"cwd": ROOT, "env": environment, "stdin": subprocess.DEVNULL}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                self.command, stdout=log, stderr=subprocess.STDOUT, **self.options
            )

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def healthy(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as response:
                return response.status == 200
        except OSError:
            return False


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    if servers.on_postgres:
        pytest.skip("the same on either database: seen on SQLite")
    site = Site(tmp_path_factory.mktemp("site"))
    if not wait_for(lambda: "reform_tracker is at" in site.said() and site.healthy()):
        site.process.kill()
        pytest.fail(site.said())
    yield site
    if site.process.poll() is None:
        site.process.terminate()
        site.process.wait(30)


@on_linux
def test_the_whole_site_from_start_to_stop(site):
    """One story, since each start costs seconds."""
    # A second one on the same data is refused: two beats would double every reminder.
    second = subprocess.run(
        site.command, **site.options, capture_output=True, text=True, timeout=30, check=False
    )
    assert second.returncode == 1
    assert "already running" in second.stdout

    # A web server that is killed comes back.
    started = descendants(site.process.pid)
    assert len(started) >= 6  # broker, gunicorn and its workers, Celery and its pool, beat
    web = min(pid for pid in started if b"gunicorn" in Path(f"/proc/{pid}/cmdline").read_bytes())
    os.kill(web, signal.SIGKILL)
    assert wait_for(lambda: "web ended (code -9): starting it again" in site.said())
    assert wait_for(site.healthy)

    assert f"请用浏览器打开 http://127.0.0.1:{site.port} ；按 Ctrl-C 停止" in site.said()
    assert "overcommit" not in site.said()

    # Ctrl-C ends all of it.
    started |= descendants(site.process.pid)
    site.process.send_signal(signal.SIGINT)
    assert site.process.wait(30) == 0
    assert wait_for(lambda: not any(map(is_running, started)), 5)
    assert "Traceback" not in site.said()


def test_a_child_that_keeps_dying_brings_everything_down(capfd, monkeypatch):
    monkeypatch.setattr("reform_tracker.supervisor.PATIENCE", 2)
    supervisor = Supervisor()
    supervisor.add(
        "steady", [sys.executable, "-c", "import time; time.sleep(60)"], dict(os.environ)
    )
    supervisor.add("broken", [sys.executable, "-c", "print('no'); exit(3)"], dict(os.environ))
    assert supervisor.watch() == 1
    supervisor.stop()
    said = capfd.readouterr().out
    assert re.search(r"broken +\| no", said)
    assert "broken keeps ending (code 3): stopping everything" in said
    assert not any(child.alive() for child in supervisor.children)


def test_stopping_kills_what_ignores_the_request(monkeypatch):
    monkeypatch.setattr("reform_tracker.supervisor.GRACE", 0.3)
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf'); time.sleep(60)"
    supervisor = Supervisor()
    supervisor.add("deaf", [sys.executable, "-uc", deaf], dict(os.environ))
    time.sleep(0.3)
    supervisor.stop()
    assert supervisor.children[0].process.returncode == -signal.SIGKILL


def test_output_is_passed_on_line_by_line_with_its_name(capfd):
    child = Child("name", [sys.executable, "-c", "print('一')\nprint('二')"], dict(os.environ))
    child.start()
    child.process.wait()
    child.reader.join()
    assert capfd.readouterr().out == "name   | 一\nname   | 二\n"


def test_a_taken_port_gives_the_next_one():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert not port_is_free(port)
        assert first_free_port(port) > port


def test_the_demo_is_told_the_address_the_site_will_have(tmp_path, monkeypatch):
    told = []
    monkeypatch.setattr(supervisor.signal, "signal", lambda *_: None)
    monkeypatch.setattr(
        supervisor, "prepare", lambda _: told.append(os.environ.get("SITE_URL")) or 1
    )
    monkeypatch.setenv("SITE_URL", "")  # so that what run() sets is taken back
    del os.environ["SITE_URL"]
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        assert supervisor.run(tmp_path) == 1
    (address,) = told
    assert address is not None and int(address.rpartition(":")[2]) > port


def test_the_lock_is_held_by_one(tmp_path):
    first = lock(tmp_path)
    assert first is not None
    assert lock(tmp_path) is None
    first.close()
    assert lock(tmp_path) is not None
