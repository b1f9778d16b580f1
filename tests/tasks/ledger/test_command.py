"""`export_ledger OUT.xlsx`."""

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from tests.factories import DocumentFactory, TaskFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def out(tmp_path):
    return tmp_path / "台账.xlsx"


def run(out, *options) -> list[str]:
    call_command("export_ledger", str(out), *options, verbosity=0)
    sheet = load_workbook(out)["台账"]
    return [row[2].value.split(". ", 1)[1] for row in sheet.iter_rows(min_row=4)]


def test_exports_everything_or_a_part(out, task, nanjing, finance):
    other = TaskFactory(
        document=DocumentFactory(region=nanjing, year_start=2025, year_end=2026), title="别处"
    )
    assert sorted(run(out)) == sorted([task.title, other.title])
    assert run(out, "--region", "320300") == [task.title]
    assert run(out, "--year", "2026") == [other.title]
    assert run(out, "--department", str(finance.pk)) == [task.title]
    assert run(out, "--region", "320300", "--year", "2026") == []


def test_says_how_many_and_of_which_day(out, task, capsys):
    call_command("export_ledger", str(out), "--year", "2024", "--quarter", "2")
    said = capsys.readouterr().out
    assert "已导出1条任务" in said and "2024-06-30" in said


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--region", "999999"], "没有找到地区"),
        (["--department", "0"], "没有找到部门"),
        (["--quarter", "1"], "--year"),
        (["--quarter", "5"], "quarter"),
        (["--as-of", "2024-02-30"], "as-of"),
    ],
)
def test_says_what_is_wrong_and_writes_nothing(out, db, options, words):
    with pytest.raises(CommandError, match=words):
        call_command("export_ledger", str(out), *options)
    assert not out.exists()


def test_a_folder_that_is_not_there_is_no_traceback(tmp_path, task):
    with pytest.raises(CommandError, match="无法写入"):
        call_command("export_ledger", str(tmp_path / "没有" / "a.xlsx"))
