"""What files cost the child that reads them: hostile ones, and a PDF of thirty pages."""

import os
import subprocess
import sys
import threading

import pytest

from documents.parsing import isolation
from tests.benchmarks.hostile import FILES
from tests.documents.pdfs import flowing, pdf

pytestmark = pytest.mark.benchmark

SECONDS_AT_MOST = 2.0  # of CPU; the clock on the wall depends on who else works here
MEGABYTES_AT_MOST = 150


def child(data, name):
    """Exit code, seconds of CPU and megabytes at most of the child that reads the file.

    Started by a small process of its own: a child counts its parent's memory as its own until it
    has become another program.
    """
    code = (
        "import os, subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-m', 'documents.parsing.child', sys.argv[1]],"
        " stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n"
        "_, status, used = os.wait4(child.pid, 0)\n"
        "print(os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=isolation._ROOT,
        env={"PYTHONPATH": str(isolation._ROOT), "PYTHONUTF8": "1", "PATH": os.defpath},
    )

    def feed():
        try:
            process.stdin.write(data)
            process.stdin.close()
        except OSError:
            pass  # it ended before it had read everything

    feeder = threading.Thread(target=feed)
    feeder.start()
    code, seconds, kilobytes = process.stdout.read().split()
    feeder.join()
    process.wait()
    return int(code), float(seconds), int(kilobytes) / 1024


@pytest.mark.parametrize("description", FILES)
def test_a_hostile_file_costs_little(description, record_property):
    suffix, make = FILES[description]
    code, seconds, megabytes = child(make(), f"x{suffix}")
    print(f"\n{description} {suffix}: exit {code}, {seconds:.2f} s, {megabytes:.0f} MB")
    assert seconds <= SECONDS_AT_MOST
    assert megabytes <= MEGABYTES_AT_MOST


def test_a_pdf_of_thirty_pages():
    sentence = "坚持问题导向、目标导向和结果导向相统一，进一步压实工作责任，细化工作举措，确保政策措施落到实处。"
    tasks = [
        f"{number}.推进第{number}项改革。{sentence * 5}覆盖率达到{60 + number % 40}%以上。（市卫生局负责）"
        for number in range(1, 110)
    ]
    sheets = flowing(tasks, foot="— {} —")
    assert len(sheets) >= 30
    code, seconds, megabytes = child(pdf(sheets), "x.pdf")
    print(f"\n{len(sheets)} pages: {seconds:.2f} s, {megabytes:.0f} MB")
    assert (code, seconds <= SECONDS_AT_MOST) == (isolation.READ, True)
