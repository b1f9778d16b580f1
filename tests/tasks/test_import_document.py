"""`import_document`: one line of counts; the same file again changes nothing."""

import pytest
from django.core.management import CommandError, call_command

from documents.models import Clause, PolicyDocument
from tasks.models import Task

pytestmark = pytest.mark.django_db

NOTICE = """关于印发徐州市深化医药卫生体制改革2024年重点工作任务的通知
徐政办发〔2024〕18号
徐州市人民政府办公室
2024年3月5日
徐州市深化医药卫生体制改革2024年重点工作任务
一、健全全民医保制度
1.巩固参保覆盖面。基本医保参保率稳定在95%以上。（市卫生局、市财政局负责）
2.扩大家庭医生签约服务。年底前签约服务覆盖率达到40%以上。（市不存在局负责）
"""


@pytest.fixture
def notice(tmp_path):
    path = tmp_path / "通知.txt"
    path.write_text(NOTICE, encoding="utf-8")
    return str(path)


def printed(capsys, *arguments):
    call_command("import_document", *arguments)
    return capsys.readouterr()


def test_clauses_wait_for_a_person_unless_told_otherwise(capsys, notice, xuzhou):
    out = printed(capsys, notice).out
    assert out.count("\n") == 1
    assert "读出任务2条，入账0条，待确认2条" in out
    assert Task.objects.count() == 0


def test_confirmed_at_once_it_holds_back_what_a_person_must_settle(capsys, notice, health, finance):
    answer = printed(capsys, notice, "--confirm")
    assert "读出任务2条，入账1条，待确认1条" in answer.out
    assert "市不存在局" in answer.err
    assert Task.objects.get().title == "巩固参保覆盖面"


def test_the_same_file_again_says_so_and_changes_nothing(capsys, notice, health, finance):
    printed(capsys, notice)
    out = printed(capsys, notice, "--confirm").out
    assert "已经导入过" in out
    assert (PolicyDocument.objects.count(), Clause.objects.count()) == (1, 2)
    assert Task.objects.count() == 0


def test_the_region_said_wins_over_the_one_read(capsys, notice, xuzhou, nanjing):
    printed(capsys, notice, "--region", "320100")
    assert PolicyDocument.objects.get().region == nanjing


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["没有这个文件.txt"], "打不开文件"),
        (["{notice}", "--region", "999999"], "没有代码为999999的地区"),
        (["{nameless}"], "--region"),
        (["{empty}"], "."),
    ],
)
def test_what_cannot_be_imported_is_said_and_leaves_nothing(
    tmp_path, notice, xuzhou, arguments, reason
):
    nameless, empty = tmp_path / "无地区.txt", tmp_path / "空.txt"
    nameless.write_text(NOTICE.replace("徐州市", "").replace("徐政", "某政"), encoding="utf-8")
    empty.write_bytes(b"")
    names = {"notice": notice, "nameless": nameless, "empty": empty}
    with pytest.raises(CommandError, match=reason):
        call_command("import_document", *[each.format(**names) for each in arguments])
    assert PolicyDocument.objects.count() == 0
