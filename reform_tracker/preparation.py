"""Makes a checkout ready to serve: tables, static files and, in an empty database, the demo.

`python -m reform_tracker.preparation` does it in a short-lived process before the supervisor
starts anything. A second run finds everything done and takes about a second.
"""

import hashlib
import io
import os
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def static_fingerprint() -> str:
    """A digest over every static file's name, size and time of change."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = Path(storage.path(path)).stat()
            digest.update(f"{path}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def collect_static() -> None:
    """Collect and compress static files, unless nothing changed since the last time."""
    if settings.DEBUG:
        return  # whitenoise then serves the sources
    stamp = Path(settings.STATIC_ROOT) / ".fingerprint"
    fingerprint = static_fingerprint()
    if stamp.is_file() and stamp.read_text(encoding="ascii") == fingerprint:
        return
    print("collecting static files …", flush=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(fingerprint, encoding="ascii")


def fill_calendar() -> None:
    """Take over the years a newer chinesecalendar knows; in November it brings next year's."""
    from reform_tracker.working_days.filling import fill_missing_years

    for year in fill_missing_years():
        print(f"the holidays of {year} are now on record", flush=True)


def load_demo() -> None:
    """Load the demo when nobody is registered yet; show its accounts each time it is there.

    DEMO=0 leaves an empty database empty.
    """
    from departments.models import User

    accounts = Path(settings.DATA_DIR) / "demo_accounts.txt"
    if not User.objects.exists():
        if os.environ.get("DEMO") == "0":
            print("the database is empty: `manage.py createsuperuser` makes the first account")
            print("数据库是空的：请用 `manage.py createsuperuser` 建立第一个账号（系统管理员）。")
            return
        print("loading the demo …", flush=True)
        said = io.StringIO()
        call_command("load_demo", stdout=said)
        # The database has only hashes, and whoever tries the site starts it more than once.
        # load_demo's indented lines are the accounts.
        lines = [line for line in said.getvalue().splitlines() if line.startswith("  ")]
        accounts.touch(mode=0o600)
        accounts.write_text("\n".join(lines) + "\n", encoding="utf-8")
    if accounts.is_file():
        print(f"demo accounts, with their first passwords ({accounts}):")
        print("演示账号（用户名、初始密码、身份）：")
        print(accounts.read_text(encoding="utf-8").rstrip("\n"), flush=True)


def prepare() -> None:
    """Do all of it; an error ends the process, since nothing should start half-ready."""
    call_command("migrate", interactive=False, verbosity=0)
    fill_calendar()
    collect_static()
    load_demo()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reform_tracker.settings")
    django.setup()
    prepare()
