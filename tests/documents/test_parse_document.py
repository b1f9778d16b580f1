"""`parse_document`: JSON and nothing else on standard output, a reason when it cannot read."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

NOTICE = """示范市深化医药卫生体制改革2024年重点工作任务
一、健全全民医保制度
1.巩固参保覆盖面。基本医保参保率稳定在95%以上。（市卫生局、市财政局负责）
"""


def test_it_prints_what_the_parser_reads_without_a_database(tmp_path, capsys):
    path = tmp_path / "通知.txt"
    path.write_text(NOTICE, encoding="utf-8")
    call_command("parse_document", str(path))
    printed = capsys.readouterr()
    (task,) = json.loads(printed.out)["tasks"]
    assert task["title"] == "巩固参保覆盖面"
    assert "巩固" in printed.out  # Chinese as it is, not escaped
    assert printed.err == ""


def test_it_prints_what_should_be_compared_with_the_source(tmp_path, capsys):
    path = tmp_path / "通知.txt"
    late = "示范市人民政府\n2024年5月6日\n一、任务\n1.推进改革。3月底前完成。（市卫健委负责）"
    path.write_text(late, encoding="utf-8")
    call_command("parse_document", str(path))
    (task,) = json.loads(capsys.readouterr().out)["tasks"]
    assert any("早于发文日期" in warning for warning in task["warnings"])


@pytest.mark.parametrize("name", ["没有.txt", "."])
def test_a_file_that_is_not_there_is_said(tmp_path, name):
    with pytest.raises(CommandError, match="打不开文件"):
        call_command("parse_document", str(tmp_path / name))


def test_a_file_that_cannot_be_read_gives_one_line(tmp_path):
    path = tmp_path / "程序.exe"
    path.write_bytes(b"MZ\x90\x00" + bytes(range(256)) * 8)
    with pytest.raises(CommandError) as refused:
        call_command("parse_document", str(path))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "speech",
    [
        {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ],
)
def test_it_speaks_utf8_whatever_the_machine_speaks(tmp_path, speech):
    path = tmp_path / "notice.txt"
    path.write_text(NOTICE, encoding="utf-8")
    broken = tmp_path / "broken.docx"
    broken.write_bytes(b"PK\x03\x04 not really")
    command = [sys.executable, "manage.py", "parse_document"]
    options = {"cwd": settings.BASE_DIR, "env": {**os.environ, **speech}, "capture_output": True}
    good = subprocess.run([*command, str(path)], **options, check=True)
    assert json.loads(good.stdout.decode("utf-8"))["tasks"][0]["title"] == "巩固参保覆盖面"
    assert good.stderr == b""
    bad = subprocess.run([*command, str(broken)], **options, check=False)
    assert (bad.returncode, bad.stdout) == (1, b"")
    (line,) = bad.stderr.decode("utf-8").splitlines()
    assert "文件已损坏" in line
