"""docker-compose.yml against the rest of the project, since no Docker runs on our machines.

The file is checked for names that exist, and the commands of web, worker and beat are run as they
stand, as plain processes on the servers of this test run.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest
import yaml
from django.conf import settings

from reform_tracker.embedded import any_free_port
from tests.servers import servers

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if "build" in service]
VARIABLE = re.compile(r"\$\{([A-Z_]+)(:?[-?])?([^}]*)\}")
# Read by docker compose alone, for the services that are not ours.
COMPOSE_ONLY = {"POSTGRES_PASSWORD", "REDIS_PASSWORD"}
# Read by our supervisor and preparation, which run before or without the settings.
SUPERVISOR = {"HOST", "PORT", "DEMO"}


def names_in_settings() -> set[str]:
    """What settings.py reads from the environment."""
    source = (ROOT / "reform_tracker" / "settings.py").read_text(encoding="utf-8")
    return set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source))


def names_in_example() -> set[str]:
    """What .env.example explains, commented out or not."""
    source = (ROOT / ".env.example").read_text(encoding="utf-8")
    return set(re.findall(r"^(?:# )?([A-Z_]+)=", source, flags=re.MULTILINE))


def test_the_services_are_there():
    assert {"web", "worker", "beat", "postgres", "redis"} <= set(SERVICES)
    for name, service in SERVICES.items():
        assert "build" in service or "image" in service, name


def test_dependencies_exist_and_can_be_met():
    for name, service in SERVICES.items():
        for other, wanted in service.get("depends_on", {}).items():
            assert other in SERVICES, f"{name} waits for {other}"
            if wanted["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[other], f"{name} waits for the health of {other}"


def test_volumes_are_declared():
    for name, service in SERVICES.items():
        for volume in service.get("volumes", []):
            assert volume.split(":")[0] in COMPOSE["volumes"], f"{name}: {volume}"


def test_every_long_running_service_has_a_health_check():
    for name, service in SERVICES.items():
        if service.get("restart") != "no":
            assert service["healthcheck"]["test"], name


def test_our_services_set_only_what_is_read():
    known = names_in_settings() | SUPERVISOR
    for name in OURS:
        assert set(SERVICES[name]["environment"]) <= known, name


def test_every_variable_of_the_file_is_explained_in_the_example():
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    used = {name for name, *_ in VARIABLE.findall(text)}
    assert used <= names_in_example()


def test_the_example_explains_what_settings_read_and_nothing_else():
    assert names_in_example() == names_in_settings() | SUPERVISOR | COMPOSE_ONLY


def test_no_secret_has_a_default():
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    secrets = [found for found in VARIABLE.findall(text) if found[0].endswith(("PASSWORD", "_KEY"))]
    assert secrets
    assert {operator for _, operator, _ in secrets} == {":?"}


@pytest.mark.parametrize("name", OURS)
def test_commands_name_what_exists(name):
    program, *rest = SERVICES[name]["command"]
    if program == "python":
        assert importlib.util.find_spec(rest[rest.index("-m") + 1])
    else:
        assert shutil.which(program, path=str(Path(sys.executable).parent)), program
    for word in rest:
        if re.fullmatch(r"[a-z_.]+:[a-z_]+", word):
            module, attribute = word.split(":")
            assert hasattr(importlib.import_module(module), attribute), word
    if "-A" in rest:
        assert importlib.util.find_spec(f"{rest[rest.index('-A') + 1]}.celery")


# --- The commands, run ------------------------------------------------------------------------


def environment(service: str, data_dir: Path) -> dict[str, str]:
    """What the service would see, with this run's servers instead of the file's containers."""
    stands_in = {
        "SECRET_KEY": "only-for-this-test-" + "x" * 40,
        "DATABASE_URL": servers.database_url,
        "BROKER_URL": servers.broker_url,
        "DATA_DIR": str(data_dir),
    }
    values = {
        name: stands_in.get(name) or VARIABLE.sub(lambda found: found[3], str(value))
        for name, value in SERVICES[service]["environment"].items()
    }
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**values, "PATH": path, "HOME": str(data_dir), "LANG": "C.UTF-8"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("compose")


@pytest.fixture(scope="module")
def port():
    return any_free_port()


@pytest.fixture(scope="module")
def running(folder, port):
    """All three started together, as compose does; stopped when the last of their tests is done."""
    processes = {}
    for name in ("web", "worker", "beat"):
        command = [word.replace("0.0.0.0:8000", f"127.0.0.1:{port}") for word in command_of(name)]
        if name == "worker":
            command += ["--hostname", "celery@compose-test"]
        with (folder / f"{name}.log").open("wb") as log:
            processes[name] = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment(name, folder),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
    yield processes
    for process in processes.values():
        process.terminate()
    for process in processes.values():
        process.wait(20)


def command_of(name: str) -> list[str]:
    return [str(word) for word in SERVICES[name]["command"]]


def wait_for(name: str, running, folder: Path, happened) -> None:
    """Wait until `happened()`; when the process ends or 20 seconds pass, show what it printed."""
    deadline = time.monotonic() + 20
    while not happened():
        alive = running[name].poll() is None
        if not alive or time.monotonic() > deadline:
            pytest.fail((folder / f"{name}.log").read_text(encoding="utf-8"))
        time.sleep(0.1)


@pytest.mark.needs_broker
def test_web_answers_its_health_check(running, folder, port):
    def answers():
        try:
            with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as response:
                return response.status == 200
        except OSError:
            return False

    wait_for("web", running, folder, answers)


@pytest.mark.needs_broker
def test_worker_answers_a_ping(running, folder):
    def ready():
        return " ready." in (folder / "worker.log").read_text(encoding="utf-8")

    wait_for("worker", running, folder, ready)
    check = SERVICES["worker"]["healthcheck"]["test"][1]
    check = check.replace("$$HOSTNAME", "compose-test")
    answer = subprocess.run(
        ["bash", "-c", check],
        cwd=ROOT,
        env=environment("worker", folder),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "pong" in answer.stdout


@pytest.mark.needs_broker
def test_beat_writes_its_schedule(running, folder):
    name = Path(settings.CELERY_BEAT_SCHEDULE_FILENAME).name
    wait_for("beat", running, folder, lambda: any(folder.glob(f"{name}*")))
    check = SERVICES["beat"]["healthcheck"]["test"][1].replace("/srv/var", str(folder))
    assert subprocess.run(["bash", "-c", check], check=False).returncode == 0
