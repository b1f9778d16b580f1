"""The project's settings, on the servers that tests/servers.py chose before they are read."""

from tests.servers import servers

servers.export()  # the project's settings read the environment once, at the next line

from reform_tracker.settings import *  # noqa: E402, F403
from reform_tracker.settings import DATABASES  # noqa: E402

if servers.on_postgres:
    # Several people test against one server at once.
    DATABASES["default"]["TEST"] = {"NAME": f"test_reform_tracker_{servers.run}"}
else:
    # A file, not memory: threads and the live server then meet SQLite's real locks.
    DATABASES["default"]["TEST"] = {"NAME": f"{servers.data_dir}/test.sqlite3"}
    DATABASES["default"]["OPTIONS"]["init_command"] += "; PRAGMA synchronous=OFF"
