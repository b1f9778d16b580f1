"""`python -m tests.celery_at 2024-12-02T09:00+08:00 worker …`: Celery with the clock set back.

Reminders keep office hours and the calendar; a test of the real processes has to choose its day.
"""

import datetime as dt
import sys

import time_machine
from celery.bin.celery import main

if __name__ == "__main__":
    moment, *arguments = sys.argv[1:]
    sys.argv = ["celery", "--app", "reform_tracker", *arguments]
    time_machine.travel(dt.datetime.fromisoformat(moment), tick=True).start()
    main()
