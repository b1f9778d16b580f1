"""Files in every form they come in, and the ones that are refused."""

import base64
import io
import json
import quopri
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.parsing import UnreadableDocument, parse_file
from documents.parsing.readers import limits
from documents.parsing.readers.kinds import read_text
from reform_tracker.lib import archives

SAMPLES = Path(__file__).parents[1] / "samples"
NOTICE = (
    "示范市人民政府办公室关于印发示范市2020年重点任务的通知\n示政办发〔2020〕6号\n一、重点任务\n"
    "1.推进改革。覆盖率达到95%以上。(市财政局、市卫生局负责)\n"
)
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def refusal(data, filename="文件.txt"):
    with pytest.raises(UnreadableDocument) as caught:
        parse_file(data, filename=filename)
    message = caught.value.message
    assert message == str(caught.value)
    assert any("\u4e00" <= char <= "\u9fff" for char in message)
    assert message.endswith("。")
    return message


def is_the_notice(document):
    (task,) = document.tasks
    assert document.document_number == "示政办发〔2020〕6号"
    assert task.title == "推进改革"
    assert [d.name for d in task.responsibilities[0].departments] == ["市财政局", "市卫生局"]
    return True


# --- plain text ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        NOTICE.encode(),
        b"\xef\xbb\xbf" + NOTICE.encode(),
        NOTICE.encode("gb18030"),
        NOTICE.encode("utf-16"),
        NOTICE.replace("\n", "\r\n").encode(),
        NOTICE.replace("\n", "\r").encode("gb18030"),
        NOTICE.encode("utf-16-le"),  # without its mark
        NOTICE.encode("utf-16-be"),
    ],
)
def test_text_in_any_encoding(data):
    assert is_the_notice(parse_file(data, filename="通知.txt"))


def test_a_text_with_a_byte_cut_off_is_still_read():
    assert is_the_notice(parse_file((NOTICE + "完" * 400).encode()[:-1], filename="通知.txt"))


def test_a_path_is_read_as_well(tmp_path):
    path = tmp_path / "通知.txt"
    path.write_text(NOTICE, encoding="utf-8")
    assert is_the_notice(parse_file(path, filename=path.name))
    assert is_the_notice(parse_file(str(path), filename=path.name))
    assert "无法打开" in refusal(tmp_path / "没有.txt")


# --- web pages ----------------------------------------------------------------------------------


def test_a_page_without_its_scripts_forms_and_hidden_parts():
    page = (
        "<!DOCTYPE html><html><head><title>x</title><style>p{}</style></head><body>"
        "<script>'1.不是任务。(市教育局负责)'</script><select><option>1.选项。</option></select>"
        "<div style='display:none'>1.隐藏。(市教育局负责)</div><!-- 1.注释。 -->"
        + "".join(f"<p>　　{line}</p>" for line in NOTICE.splitlines())
        + "</body></html>"
    )
    assert is_the_notice(parse_file(page.encode("gb18030"), filename="页面.html"))
    assert is_the_notice(parse_file(page.encode(), filename="页面.txt"))


def test_breaks_and_the_numbers_of_lists():
    page = "<html><body><h2>一、重点任务</h2><ol><li>推进改革。抓落实。<br>责任单位:市编办</li><li>优化服务。抓落实。</li></ol></body></html>"
    tasks = parse_file(page.encode(), filename="a.htm").tasks
    assert [task.number for task in tasks] == ["1", "2"]
    assert [d.name for d in tasks[0].responsibilities[0].departments] == ["市编办"]


def test_a_data_table_with_merged_cells():
    page = (
        "<html><body><table><tr><td>版式表格</td></tr></table><table>"
        "<tr><th>序号</th><th>重点任务</th><th>具体内容</th><th>责任单位</th></tr>"
        "<tr><td>1</td><td rowspan='2'>建设平台</td><td>完成立项。</td><td><p>市数据局</p><p>市财政局</p></td></tr>"
        "<tr><td>2</td><td>投入使用。</td><td>市数据局</td></tr></table></body></html>"
    )
    one, two = parse_file(page.encode(), filename="a.html").tasks
    assert (one.title, one.body) == ("建设平台", "完成立项。")
    assert (two.title, two.body) == ("建设平台", "投入使用。")
    assert [d.name for d in one.responsibilities[0].departments] == ["市数据局", "市财政局"]


def test_a_page_nested_deep_is_no_trouble():
    page = "<html><body>" + "<div>" * 1500 + "<p>一、任务</p>" + "</div>" * 1500 + "</body></html>"
    parse_file(page.encode(), filename="a.html")


def test_line_ends_inside_a_sentence_are_none():
    """Word and many sites break their source at eighty characters."""
    body = "".join(
        f"<p class=MsoNormal>{line[:9]}\r\n{line[9:]}</p>\n" for line in NOTICE.splitlines()
    )
    assert is_the_notice(parse_file(f"<html><body>{body}".encode("gb18030"), filename="a.htm"))


def test_line_ends_that_are_meant_stay():
    for element in ("<pre>{}</pre>", '<div style="white-space: pre-wrap">{}</div>'):
        page = f"<html><body>{element.format(NOTICE)}</body></html>"
        assert is_the_notice(parse_file(page.encode(), filename="a.html"))


def test_a_body_of_breaks_and_hard_blanks():
    page = "<html><body><div>" + "<br>&nbsp;&nbsp;&nbsp;&nbsp;".join(NOTICE.splitlines())
    assert is_the_notice(parse_file(page.encode(), filename="a.html"))


def test_a_page_labelled_wrongly():
    page = f'<html><meta charset="utf-8"><body><pre>{NOTICE}</pre>'
    assert is_the_notice(parse_file(page.encode("gb18030"), filename="a.html"))


@pytest.mark.parametrize("coding", ["quoted-printable", "base64"])
def test_a_page_with_its_pictures_in_one_file(coding):
    page = "<html><body>" + "".join(f"<p>{line}</p>" for line in NOTICE.splitlines())
    encode = base64.encodebytes if coding == "base64" else quopri.encodestring
    data = (
        b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related; boundary="x"\r\n\r\n--x\r\nContent-Type: text/html\r\n'
        b"Content-Transfer-Encoding: "
        + coding.encode()
        + b"\r\n\r\n"
        + encode(page.encode("gb18030"))
        + b"\r\n--x\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n--x--\r\n"
    )
    assert is_the_notice(parse_file(data, filename="通知.mht"))


def test_frames_say_where_the_text_is():
    page = (
        b'<html><frameset cols="20%,80%"><frame src="a.htm"><frame src="b.htm"></frameset></html>'
    )
    assert "框架" in refusal(page, "首页.html")


# --- Word ---------------------------------------------------------------------------------------


def word_file(body, **parts):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr(
            "word/document.xml", f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
        )
        for name, text in parts.items():
            package.writestr(f"word/{name}.xml", text)
    return packed.getvalue()


def paragraph(text, properties=""):
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def test_a_word_file():
    body = "".join(paragraph(line) for line in NOTICE.splitlines())
    assert is_the_notice(parse_file(word_file(body), filename="通知.docx"))
    assert is_the_notice(parse_file(word_file(body), filename="通知.txt"))  # content decides


def test_a_word_file_written_by_python_docx():
    docx = pytest.importorskip("docx")
    document = docx.Document()
    for line in NOTICE.splitlines():
        document.add_paragraph(line)
    table = document.add_table(rows=2, cols=3)
    for row, words in zip(
        table.rows, (["序号", "工作任务", "责任单位"], ["2", "建设平台", "市数据局"]), strict=True
    ):
        for cell, text in zip(row.cells, words, strict=True):
            cell.text = text
    packed = io.BytesIO()
    document.save(packed)
    tasks = parse_file(packed.getvalue(), filename="通知.docx").tasks
    assert [task.title for task in tasks] == ["推进改革", "建设平台"]


def test_numbers_that_word_draws_and_deleted_text():
    numbering = (
        f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="7">'
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>'
        '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl>'
        '</w:abstractNum><w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num></w:numbering>'
    )
    places = [
        f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="3"/></w:numPr>' for depth in (0, 1)
    ]
    body = (
        paragraph("重点任务", places[0])
        + paragraph("推进改革。(市编办负责)", places[1])
        + "<w:p><w:del><w:r><w:t>删去的话</w:t></w:r></w:del><w:r><w:t>补充一段。(市财政局负责)</w:t></w:r></w:p>"
        + paragraph("优化服务。(市数据局负责)", places[1])
    )
    one, two = parse_file(word_file(body, numbering=numbering), filename="a.docx").tasks
    assert one.section == ("一、重点任务",)
    assert [one.number, two.number] == ["1", "2"]
    assert "删去" not in one.body and len(one.responsibilities) == 2


# --- PDF ----------------------------------------------------------------------------------------


def pdf_file(lines, extra=""):
    """A PDF with CJK text through a ToUnicode map; no font needed to read it."""
    chars = sorted(set("".join(lines)))
    codes = {char: index + 1 for index, char in enumerate(chars)}
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
    )
    for begin in range(0, len(chars), 100):
        block = chars[begin : begin + 100]
        cmap += f"{len(block)} beginbfchar\n"
        cmap += "".join(f"<{codes[char]:04X}> <{ord(char):04X}>\n" for char in block)
        cmap += "endbfchar\n"
    cmap += "endcmap end end"
    drawn = "".join(
        f"BT /F1 12 Tf 50 {780 - 20 * row} Td <{''.join(f'{codes[c]:04X}' for c in line)}> Tj ET\n"
        for row, line in enumerate(lines)
    )
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 842 842] /Contents 4 0 R"
        " /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream",
        "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [6 0 R]"
        " /ToUnicode 7 0 R >>",
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /DW 1000 /FontDescriptor 8 0 R"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        f"<< /Length {len(cmap)} >>\nstream\n{cmap}\nendstream",
        "<< /Type /FontDescriptor /FontName /X /Flags 4 /FontBBox [0 -200 1000 900] /Ascent 900"
        " /Descent -200 /ItalicAngle 0 /CapHeight 900 /StemV 80 >>",
    ]
    data = "%PDF-1.4\n"
    offsets = []
    for index, text in enumerate(objects, 1):
        offsets.append(len(data))
        data += f"{index} 0 obj\n{text}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    trailer = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    trailer += (
        f"trailer << /Size {len(objects) + 1} /Root 1 0 R {extra} >>\nstartxref\n{len(data)}\n%%EOF"
    )
    return (data + trailer).encode("latin-1")


def test_a_pdf():
    assert is_the_notice(parse_file(pdf_file(NOTICE.splitlines()), filename="通知.pdf"))


def test_a_scanned_pdf_asks_for_its_text():
    assert "扫描" in refusal(pdf_file(["1"]), "扫描.pdf")


def test_an_encrypted_pdf():
    secret = (
        "/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O ("
        + "a" * 32
        + ") /U ("
        + "b" * 32
        + ") >>"
    )
    secret += " /ID [<00> <00>]"
    assert "加密" in refusal(pdf_file(NOTICE.splitlines(), secret), "密.pdf")


def test_a_broken_pdf():
    refusal(b"%PDF-1.4\n" + b"\xff\x00broken" * 50, "坏.pdf")


# --- Excel --------------------------------------------------------------------------------------


def test_a_workbook():
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("reform_tracker.lib.workbook")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["示范市2020年重点任务分工表", None, None, None])
    sheet.merge_cells("A1:D1")
    sheet.append(["序号", "重点任务", "牵头单位", "完成时限"])
    sheet.append([1, "建设平台", "市数据局", "2020年10月底"])
    packed = io.BytesIO()
    book.save(packed)
    document = parse_file(packed.getvalue(), filename="分工表.xlsx")
    (task,) = document.tasks
    assert (task.number, task.title) == ("1", "建设平台")
    assert str(task.due_on) == "2020-10-31"
    assert document.title == "示范市2020年重点任务分工表"


def test_a_workbook_of_the_old_kind():
    """table.xls was written by xlwt."""
    one, two = parse_file(SAMPLES / "table.xls", filename="table.xls").tasks
    assert (one.title, str(one.due_on)) == ("建设平台", "2020-06-30")
    assert [d.name for d in two.responsibilities[0].departments] == ["市数据局"]


def test_a_word_file_of_the_old_kind():
    """notice.doc was written by LibreOffice; WPS's own .wps is the same inside."""
    data = (SAMPLES / "notice.doc").read_bytes()
    assert is_the_notice(parse_file(data, filename="通知.doc"))
    assert is_the_notice(parse_file(data, filename="通知.wps"))
    assert "另存为.docx" in refusal(data[:6000] + bytes(len(data) - 6000), "坏.doc")


# --- refused ------------------------------------------------------------------------------------

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


@pytest.mark.parametrize(
    ("data", "filename", "hint"),
    [
        (b"", "空.txt", "空的"),
        (b" \n\t ", "空白.txt", "没有可读的文字"),
        (OLE, "旧.doc", "另存为.docx"),
        (OLE + "Workbook".encode("utf-16-le"), "旧.xls", "另存为.xlsx"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "密.docx", "密码"),
        (b"{\\rtf1 abc}", "a.rtf", "另存为.docx"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 99, "图.png", "不支持"),
        (b"MZ" + b"\x00" * 99, "程序.exe", "不支持"),
        (bytes(range(256)) * 20, "乱.txt", "不支持"),
        (b"PK\x03\x04broken", "坏.docx", "损坏"),
        (b"<?xml version='1.0'?><a/>", "a.xml", "XML"),
    ],
)
def test_files_that_cannot_be_read_say_what_to_do(data, filename, hint):
    assert hint in refusal(data, filename)


def zipped(entries):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in entries:
            package.writestr(name, data)
    return packed.getvalue()


def test_other_packages():
    assert "压缩包" in refusal(zipped([("a.txt", "甲")]), "a.zip")
    assert "演示文稿" in refusal(zipped([("ppt/presentation.xml", "<a/>")]), "a.pptx")


def test_zip_bombs():
    bomb = zipped([("word/document.xml", b"0" * (5 * 1024 * 1024))])
    assert "压缩比" in refusal(bomb, "弹.docx")
    many = zipped([(f"word/{n}.xml", b"") for n in range(archives.MAX_ENTRIES + 1)])
    assert "条目" in refusal(many, "多.docx")


def test_a_large_package(monkeypatch):
    monkeypatch.setattr(archives, "MAX_UNPACKED", 1000)
    data = zipped([("word/document.xml", bytes(range(256)) * 8)])
    with pytest.raises(UnreadableDocument, match="100 MB"):
        read_text(data, "大.docx")


def test_a_doctype_in_an_office_file():
    hostile = '<!DOCTYPE a [<!ENTITY b "c">]>' + f'<w:document xmlns:w="{W}"><w:body/></w:document>'
    assert "XML" in refusal(zipped([("word/document.xml", hostile)]), "a.docx")


def test_a_file_over_the_limit():
    assert "20 MB" in refusal(b"a" * (limits.MAX_BYTES + 1), "大.txt")
    assert "万字" in refusal("甲".encode() * (limits.MAX_CHARACTERS + 1), "长.txt")


def test_a_name_says_nothing_about_the_content():
    assert is_the_notice(parse_file(NOTICE.encode(), filename="通知.docx"))


@given(st.binary(max_size=600))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_read_or_refused(data):
    try:
        text, _ = read_text(data, "文件")
    except UnreadableDocument:
        return
    assert text.strip()


@pytest.mark.parametrize("magic", [b"%PDF-1.7\n", b"PK\x03\x04"])
@given(junk=st.binary(max_size=300))
@settings(max_examples=40, deadline=None)
def test_broken_packages_are_refused(magic, junk):
    with pytest.raises(UnreadableDocument):
        read_text(magic + junk, "文件")


# --- samples and the command --------------------------------------------------------------------


def test_the_samples_of_the_demo():
    first = parse_file(SAMPLES / "demo_2024.txt", filename="demo_2024.txt")
    assert (first.year_start, len(first.tasks), len(first.targets)) == (2024, 13, 3)
    assert first.tasks[10].responsibilities[0].mode == "respective"
    second = parse_file(SAMPLES / "demo_2025.html", filename="demo_2025.html")
    assert (second.year_start, len(second.tasks)) == (2025, 21)
    assert sum(task.container for task in second.tasks) == 5
    for document in (first, second):
        assert document.region == "徐州市"
        assert all(task.responsibilities or task.container for task in document.tasks)


def test_the_command_prints_the_contract():
    root = Path(__file__).parents[2]
    run = [sys.executable, "-m", "documents.parsing"]
    good = subprocess.run(
        [*run, str(SAMPLES / "demo_2024.txt")], cwd=root, capture_output=True, check=True
    )
    printed = json.loads(good.stdout)
    assert set(printed) == {"document", "tasks", "warnings"}
    assert set(printed["tasks"][0]) == {
        "number", "parent", "container", "section", "title", "body", "start", "end",
        "responsibilities", "targets", "deadlines", "warnings",
    }  # fmt: skip
    bad = subprocess.run([*run, "没有这个文件"], cwd=root, capture_output=True, check=False)
    assert bad.returncode == 1 and bad.stderr and not bad.stdout
