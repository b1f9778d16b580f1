"""Races: the same work in several threads that start together, each with its own connection."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection


def run_at_once(work: Callable[[], Any], workers: int = 4) -> tuple[list[Any], list[Exception]]:
    """Call `work` in so many threads; returns what they returned and what they raised."""
    barrier = threading.Barrier(workers)
    results: list[Any] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            barrier.wait()
            results.append(work())
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results, errors
