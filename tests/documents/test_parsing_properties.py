"""One notice, many forms: whatever it arrives in, an office gets the same tasks from it."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents.parsing import parse_text
from documents.parsing.readers.kinds import read_text
from tests.documents.notices import (
    NOTICES,
    as_page,
    as_word,
    full_width,
    read_back,
    wrapped,
)

SLOWLY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])

MENU = '<ul class="nav"><li><a href="/">首页</a></li><li><a href="/xw">新闻动态</a></li></ul>'
SHARING = (
    '<div class="share">分享到：<a href="#">微信</a> <a href="#">微博</a></div>'
    '<div class="related"><h3>相关文件</h3><ul>'
    '<li><a href="/1.html">关于印发示范市2019年重点工作的通知</a></li>'
    '<li><a href="/2.html">1.一图读懂重点任务</a></li></ul></div>'
    "<div>上一篇：没有了 下一篇：没有了</div><div>版权所有：示范市人民政府 备案号：示ICP备00000001号</div>"
)
BEFORE = [
    "首页 > 政务公开 > 政策文件\n",
    "当前位置：首页>政策文件>市政府办文件\n",
    "索引号：000014349/2020-00012\n",
]
AFTER = [
    "【打印本页】【关闭窗口】\n",
    "分享到：微信 微博\n上一篇：关于召开会议的通知\n下一篇：没有了\n",
    "相关链接\n版权所有：示范市人民政府\n主办单位：示范市人民政府办公室\n",
]


def parsed(data: bytes, name: str):
    text, _ = read_text(data, name)
    return parse_text(text)


@SLOWLY
@given(NOTICES)
def test_what_was_written_is_what_is_read(notice):
    assert read_back(parse_text(notice.text)) == notice.expected()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@SLOWLY
@given(notice=NOTICES)
def test_in_every_encoding(encoding, notice):
    assert read_back(parsed(notice.text.encode(encoding), "通知.txt")) == notice.expected()


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n\n"])
@SLOWLY
@given(notice=NOTICES)
def test_with_every_line_end(end, notice):
    text = notice.text.replace("\n", end)
    assert read_back(parsed(text.encode(), "通知.txt")) == notice.expected()


@SLOWLY
@given(NOTICES)
def test_as_a_word_document(notice):
    assert read_back(parsed(as_word(notice.text), "通知.docx")) == notice.expected()


@pytest.mark.parametrize("charset", ["utf-8", "gb2312"])
@SLOWLY
@given(notice=NOTICES)
def test_as_a_web_page_with_all_its_clutter(charset, notice):
    page = as_page(notice.text, MENU, SHARING, charset)
    assert read_back(parsed(page, "通知.html")) == notice.expected()


@SLOWLY
@given(notice=NOTICES, before=st.sampled_from(BEFORE), after=st.sampled_from(AFTER))
def test_clutter_around_the_text_changes_nothing(notice, before, after):
    plain = parse_text(notice.text)
    amid = parse_text(before + notice.text + after)
    assert read_back(amid) == read_back(plain) == notice.expected()
    assert [t.body for t in amid.tasks] == [t.body for t in plain.tasks]
    assert (amid.title, amid.document_number, amid.issued_on) == (
        plain.title,
        plain.document_number,
        plain.issued_on,
    )


@SLOWLY
@given(NOTICES)
def test_with_full_width_digits(notice):
    assert read_back(parse_text(full_width(notice.text))) == notice.expected()


@SLOWLY
@given(notice=NOTICES, width=st.integers(24, 40))
def test_with_lines_broken_where_the_paper_ended(notice, width):
    assert read_back(parse_text(wrapped(notice.text, width))) == notice.expected()


@SLOWLY
@given(NOTICES)
def test_printed_twice(notice):
    assert read_back(parse_text(notice.text + notice.text)) == notice.expected()


@SLOWLY
@given(NOTICES)
def test_every_quotation_stands_where_its_offsets_say(notice):
    document = parse_text(notice.text)
    for task in document.tasks:
        place = document.text[task.start : task.end]
        assert task.title in place
        assert task.body in place
        assert all(row.raw in place for row in task.responsibilities)
        assert all(target.text in place for target in task.targets)
