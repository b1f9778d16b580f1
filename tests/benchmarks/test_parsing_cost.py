"""What reading a notice costs: `make bench`. Ratios within one run, so that any machine will do."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from documents.parsing import parse_text

pytestmark = pytest.mark.benchmark

ROOT = Path(__file__).parents[2]
TENFOLD_AT_MOST = 12
SECONDS_AT_MOST = 0.3
MEGABYTES_AT_MOST = 100


def notice(tasks):
    """A notice of that many tasks, about two hundred characters each, in sections of ten."""
    lines = [
        "示范市人民政府办公室关于印发示范市2022年重点任务的通知",
        "示政办发〔2022〕6号",
        "各区县人民政府，市政府各部门：",
        "现将重点任务印发给你们，请认真组织实施。",
        "示范市人民政府办公室",
        "2022年3月2日",
    ]
    for number in range(1, tasks + 1):
        if number % 10 == 1:
            lines.append(f"第{number // 10 + 1}章 完善第{number // 10 + 1}方面的制度")
        lines.append(
            f"{number % 10 or 10}.推进第{number}项改革。健全工作机制，完善配套政策，加强督促指导，定期分析运行情况，"
            f"及时研究解决改革中遇到的困难和问题。到2022年底，家庭医生签约率达到{60 + number % 30}%以上，"
            f"基层诊疗量占比不低于{50 + number % 20}%，新增床位{100 + number}张，培训乡村医生{number}名，"
            f"人均补助标准提高到{70 + number % 9}元，9月底前印发实施细则。支持社会力量参与，鼓励多元发展。"
            "（市卫生健康委、市财政局、市医保局，各区县人民政府负责）"
        )
    return "\n".join(lines)


def table(tasks):
    head = "附件\n序号\t重点任务\t具体内容\t牵头单位\t配合单位\t完成时限\n"
    return head + "\n".join(
        f"{n}\t推进第{n}项改革\t完善政策，签约率达到{n % 90}%以上。\t市卫生健康委\t市财政局、市医保局\t2022年9月底前"
        for n in range(1, tasks + 1)
    )


def one_line(tasks):
    return notice(tasks).replace("\n", " ")


def seconds(text, runs=3):
    """The best of some runs: what else the machine does only ever adds to it."""
    best = float("inf")
    for _ in range(runs):
        started = time.process_time()
        parse_text(text)
        best = min(best, time.process_time() - started)
    return best


@pytest.mark.parametrize("make", [notice, table, one_line])
def test_ten_times_the_text_costs_at_most_twelve_times_as_much(make, capsys):
    parse_text(make(5))  # imports and caches
    once, tenfold = seconds(make(60)), seconds(make(600))
    with capsys.disabled():
        print(
            f"\n{make.__name__}: 60 tasks {once:.3f} s, 600 tasks {tenfold:.3f} s, ×{tenfold / once:.1f}"
        )
    assert tenfold <= TENFOLD_AT_MOST * once


MEASURE = """
import resource, sys, time
import documents.parsing
base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
documents.parsing.parse_text("一、任务\\n1.推进改革。（市卫健委负责）")
text = sys.stdin.read()
started = time.process_time()
tasks = documents.parsing.parse_text(text).tasks
spent = time.process_time() - started
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - base
print(len(tasks), spent, grown / 1024)
"""


def test_a_notice_of_sixty_tasks(capsys):
    ran = subprocess.run(
        [sys.executable, "-c", MEASURE],
        input=notice(60),
        text=True,
        capture_output=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
    )
    tasks, spent, grown = (float(word) for word in ran.stdout.split())
    with capsys.disabled():
        print(f"\n{tasks:.0f} tasks: {spent:.3f} s, {grown:.0f} MB beyond the interpreter")
    assert tasks == 60
    assert spent <= SECONDS_AT_MOST
    assert grown <= MEGABYTES_AT_MOST
