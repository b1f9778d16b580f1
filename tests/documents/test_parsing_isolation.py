"""A stranger's file is read in a child with limits; the process that asked goes on."""

import io
import subprocess
import sys
import time
import zipfile
import zlib

import pytest

from documents.parsing import UnreadableDocument, isolation, parse_file, parse_text, wire
from documents.parsing.readers import limits

NOTICE = (
    "示范市人民政府办公室关于印发示范市2020年重点任务的通知\n示政办发〔2020〕6号\n2020年3月2日\n一、重点任务\n"
    "1.推进改革。年底前覆盖率达到95%以上，新建站点2—3个。(市财政局牵头，市卫生局等部门配合)\n"
)


def pdf_with(stream, packing=b"/FlateDecode"):
    return (
        b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n"
        b"4 0 obj<</Length %d/Filter %s>>stream\n%s\nendstream endobj\n"
        % (len(stream), packing, stream)
        + b"trailer<</Root 1 0 R>>\n%%EOF"
    )


def workbook_with(sheet):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", "<workbook/>")
        package.writestr("xl/worksheets/sheet1.xml", sheet)
    return packed.getvalue()


def test_a_document_survives_the_wire():
    document = parse_text(NOTICE)
    assert document.tasks[0].targets
    assert wire.unpack(wire.pack(document)) == document


def test_a_web_page_is_read_in_a_child_as_it_would_be_here():
    page = "<html><body>" + "".join(f"<p>{line}</p>" for line in NOTICE.splitlines())
    (task,) = parse_file(page.encode(), filename="页面.html").tasks
    assert task == parse_text(NOTICE).tasks[0]


def test_small_text_needs_no_child(monkeypatch):
    monkeypatch.setattr(subprocess, "run", None)
    assert len(parse_file(NOTICE.encode(), filename="通知.txt").tasks) == 1


@pytest.mark.parametrize(
    ("code", "answer"), [(-9, b""), (-24, b""), (1, b""), (0, b"{}"), (0, b"[1"), (0, b"null")]
)
def test_a_child_that_was_stopped_is_one_clear_message(monkeypatch, code, answer):
    def run(command, **kwargs):
        return subprocess.CompletedProcess(command, code, answer)

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(UnreadableDocument, match="文件过于复杂"):
        parse_file(b"<html><body><p>1</p></body></html>", filename="a.html")


def test_a_child_that_hangs_is_ended(monkeypatch):
    monkeypatch.setattr(isolation, "WALL_SECONDS", 0.01)
    with pytest.raises(UnreadableDocument, match="文件过于复杂"):
        parse_file(b"<html><body><p>1</p></body></html>", filename="a.html")


def test_the_child_may_not_take_more_memory_than_its_limit():
    code = (
        "from documents.parsing import child; child._limit()\n"
        "try: b'0' * (600 * 1024 * 1024)\nexcept MemoryError: print('refused')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=isolation._ROOT
    )
    assert done.stdout == "refused\n"


@pytest.mark.parametrize(
    ("data", "filename"),
    [
        (pdf_with(zlib.compress(b" " * 50_000_000, 9)), "a.pdf"),
        (pdf_with(zlib.compress(b"q " * 4_000_000, 9)), "a.pdf"),
        (pdf_with(zlib.compress(zlib.compress(b"0" * 9_000_000)), b"[/FlateDecode/FlateDecode]"), "a.pdf"),
        (b"%PDF-1.4\n1 0 obj\n" + b"[" * 300_000, "a.pdf"),
        (workbook_with('<worksheet><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>'), "a.xlsx"),
        (("<html><ol>" + "<li>推进" * 40_000).encode(), "a.html"),
        (("<html>" + "<div>" * 90_000).encode(), "a.html"),
        (b"1.a\n" * 60_000, "a.txt"),
        (b"1.a\n" * 140_000, "a.txt"),
        (b" " * 19_000_000, "a.txt"),
    ],
)  # fmt: skip
def test_hostile_files_are_refused_quickly(data, filename):
    begun = time.monotonic()
    with pytest.raises(UnreadableDocument):
        parse_file(data, filename=filename)
    assert time.monotonic() - begun < 8  # alone under one second; a busy machine takes longer


def test_blank_lines_do_not_count_against_a_page():
    text = NOTICE + "\n" * (limits.MAX_LINES + 10)
    assert len(parse_file(text.encode(), filename="a.txt").tasks) == 1
