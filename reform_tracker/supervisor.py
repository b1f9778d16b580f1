"""Runs the whole site in the foreground: broker, web, worker and beat under one process.

`python -m reform_tracker.supervisor` (that is `make run`). Ctrl-C or SIGTERM stops everything it
started, the broker last so that the worker can give its jobs back. A child that dies is started
again; one that keeps dying brings the rest down with a message. PORT and HOST say where the site
listens (8000 on 127.0.0.1; the next free port when that one is taken).

Own code, since the ready-made supervisors either stop everything in one moment and restart
nothing, or want their own configuration files and daemon.
"""

import argparse
import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

from reform_tracker.embedded import (
    LOOPBACK,
    broker_url,
    die_with_parent,
    first_free_port,
    port_answers,
    valkey_command,
)

BROKER_PORT = 16379  # the default that settings.py names; not 6379, which may be someone else's
GRACE = 12.0  # seconds a child has to end by itself
QUICK = 10.0  # a child that lived shorter than this died at once
PATIENCE = 5  # deaths at once in a row until we give up
# Valkey's advice for machines that save large databases to disk; ours keeps a few jobs.
UNNEEDED_WARNING = b"WARNING Memory overcommit must be enabled"
HALT_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def say(text: str) -> None:
    """Print a line of our own at once, also into a pipe."""
    print(text, flush=True)


@dataclass
class Child:
    """One process we keep alive: what to run, and how often it died at once."""

    name: str
    command: list[str]
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    quick_deaths: int = 0
    not_before: float = 0.0
    reader: threading.Thread | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start it in a session of its own, so that the terminal's Ctrl-C reaches only us."""
        self.process = subprocess.Popen(
            self.command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent(),
        )
        self.started = time.monotonic()
        assert self.process.stdout is not None
        self.reader = threading.Thread(target=self._relay, args=(self.process.stdout,), daemon=True)
        self.reader.start()

    def _relay(self, output: IO[bytes]) -> None:
        for line in output:
            if UNNEEDED_WARNING in line:
                continue
            say(f"{self.name:<7}| {line.decode('utf-8', errors='replace').rstrip()}")

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal_group(self, sign: signal.Signals) -> None:
        """Send `sign` to it and everything it started."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, sign)
            except ProcessLookupError:
                pass

    def signal(self, sign: signal.Signals) -> None:
        """Send `sign` to the child alone: Celery and gunicorn pass it on in their own order."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(sign)


class Supervisor:
    """Starts children in order, watches them, and stops them in the opposite order."""

    def __init__(self) -> None:
        self.children: list[Child] = []
        self.halting = False
        self.interrupts = 0
        self.parent = os.getppid()

    def halt(self, number: int, frame: FrameType | None) -> None:
        """Signal handler: end the watch; a second signal stops waiting as well."""
        self.halting = True
        self.interrupts += 1

    def add(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        child = Child(name, command, environment)
        self.children.append(child)
        child.start()

    def wait_for_port(self, port: int, seconds: float, host: str = LOOPBACK) -> bool:
        """True once something answers there; False on halt, death of a child or time-out."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not self.halting:
            if port_answers(port, host):
                return True
            if not all(child.alive() for child in self.children):
                return False
            time.sleep(0.1)
        return False

    def watch(self) -> int:
        """Keep the children alive until we are told to halt. Return the exit code."""
        while not self.halting and not self.parent_was_interrupted():
            for child in self.children:
                if not child.alive() and not self.revive(child):
                    return 1
            time.sleep(0.2)
        return 0

    def revive(self, child: Child) -> bool:
        """Start a dead child again, after a pause that doubles. False when it keeps dying."""
        now = time.monotonic()
        if child.not_before:
            if now >= child.not_before:
                child.not_before = 0.0
                child.start()
            return True
        child.signal_group(signal.SIGKILL)  # what it may have left behind
        code = child.process.returncode if child.process else None
        child.quick_deaths = child.quick_deaths + 1 if now - child.started < QUICK else 0
        if child.quick_deaths >= PATIENCE:
            say(f"{child.name} keeps ending (code {code}): stopping everything")
            return False
        pause = 2.0**child.quick_deaths / 2
        child.not_before = now + pause
        say(f"{child.name} ended (code {code}): starting it again in {pause:g} s")
        return True

    def parent_was_interrupted(self) -> bool:
        """True when the `make` above us got a SIGINT that did not reach us.

        Ctrl-C reaches the whole foreground group, but `kill -INT` on make's own id does not; make
        then sits in its signal handler, with SIGINT blocked, waiting for us for ever.
        """
        try:
            status = Path(f"/proc/{self.parent}/status").read_text(encoding="ascii")
            name = status.split("\n", 1)[0].split("\t")[1]
            blocked = int(status.split("SigBlk:\t")[1].split("\n")[0], 16)
        except (OSError, IndexError, ValueError):
            return False
        return name == "make" and bool(blocked >> (signal.SIGINT - 1) & 1)

    def stop(self) -> None:
        """Stop everything: first those who use the broker, then the broker."""
        say("stopping …")
        broker = [child for child in self.children if child.name == "broker"]
        self._stop_together([child for child in self.children if child not in broker])
        self._stop_together(broker)

    def _stop_together(self, children: list[Child]) -> None:
        interrupts = self.interrupts
        for child in children:
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        while any(child.alive() for child in children):
            if time.monotonic() > deadline or self.interrupts > interrupts:
                break
            time.sleep(0.05)
        for child in children:
            child.signal_group(signal.SIGKILL)  # the stubborn, and grandchildren left over
            if child.process is not None:
                child.process.wait()
            if child.reader is not None:
                child.reader.join(1)


def lock(directory: Path) -> IO[str] | None:
    """An open, locked file; None when another supervisor runs on the same data (two beats)."""
    file = (directory / "supervisor.lock").open("a", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file


def start_broker(supervisor: Supervisor, directory: Path) -> str | None:
    """Start the embedded Valkey on its own data; return its address, None when it did not start."""
    directory.mkdir(parents=True, exist_ok=True)
    port = first_free_port(BROKER_PORT)
    supervisor.add("broker", valkey_command(port, directory), dict(os.environ))
    return broker_url(port) if supervisor.wait_for_port(port, 20) else None


def commands(host: str, port: int) -> dict[str, list[str]]:
    """The three processes of the site, by name."""
    python = [sys.executable, "-m"]
    # As root Celery prints a page of warnings about pickles, which we do not accept anyway.
    quiet = [sys.executable, "-W", "ignore:You're running the worker", "-m"]
    celery = [*quiet, "celery", "--quiet", "-A", "reform_tracker"]
    return {
        # --preload: the code is loaded once and shared (105 MiB against 218 for two workers).
        "web": [
            *(*python, "gunicorn", "reform_tracker.wsgi:application"),
            *("--bind", f"{host}:{port}", "--worker-class", "gthread", "--preload"),
            *("--workers", "2", "--threads", "4", "--no-control-socket"),
        ],
        "worker": [
            *(*celery, "worker", "--concurrency", "2", "--loglevel", "INFO"),
            *("--without-gossip", "--without-mingle"),  # it has no neighbours
        ],
        "beat": [*celery, "beat", "--loglevel", "INFO", "--pidfile="],
    }


def prepare(supervisor: Supervisor) -> int:
    """Run the preparation in a process that ends, so that its memory does. Return its code."""
    process = subprocess.Popen(
        [sys.executable, "-m", "reform_tracker.preparation"],
        start_new_session=True,
        preexec_fn=die_with_parent(),
    )
    while process.poll() is None:
        if supervisor.halting:
            process.terminate()
            process.wait()
            return 1
        time.sleep(0.05)
    return process.returncode


def run(directory: Path) -> int:
    """Prepare, start, watch, stop. Return the exit code."""
    supervisor = Supervisor()
    for sign in HALT_SIGNALS:
        if signal.getsignal(sign) is not signal.SIG_IGN or sign is not signal.SIGHUP:  # nohup
            signal.signal(sign, supervisor.halt)
    host = os.environ.get("HOST", LOOPBACK)
    wanted = int(os.environ.get("PORT") or 8000)
    port = first_free_port(wanted, host)
    if port != wanted:
        say(f"port {wanted} is in use: taking {port}  端口{wanted}已被占用，改用{port}")
    address = f"http://{LOOPBACK if host == '0.0.0.0' else host}:{port}"  # noqa: S104
    # Before the preparation, whose demo already writes messages that name the site.
    os.environ.setdefault("SITE_URL", address)
    if (code := prepare(supervisor)) != 0:
        return code
    try:
        if not os.environ.get("BROKER_URL"):
            url = start_broker(supervisor, directory / "valkey")
            if url is None:
                say("the broker did not start: see its lines above")
                return 1
            os.environ["BROKER_URL"] = url
        for name, command in commands(host, port).items():
            supervisor.add(name, command, dict(os.environ))
        if supervisor.wait_for_port(port, 60, LOOPBACK if host == "0.0.0.0" else host):  # noqa: S104
            say(f"\n  reform_tracker is at {address}   (Ctrl-C stops it)")
            say(f"  医改任务台账已启动，请用浏览器打开 {address} ；按 Ctrl-C 停止。\n")
        return supervisor.watch()
    finally:
        supervisor.stop()


def main() -> int:
    """Read the settings, make sure we are alone on the data, and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--with-parent", action="store_true", help="stop when the process that started us ends"
    )
    if parser.parse_args().with_parent:
        die_with_parent()()
    os.umask(0o077)  # the database, uploads and mail are for this account alone
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reform_tracker.settings")
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    from django.conf import settings  # reads .env into os.environ as well

    directory = Path(settings.DATA_DIR)
    held = lock(directory)
    if held is None:
        say(f"already running on {directory}: stop that one first")
        return 1
    with held:
        return run(directory)


if __name__ == "__main__":
    sys.exit(main())
