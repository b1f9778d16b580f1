"""Reading strangers' workbooks under limits, writing ones that open and run nothing."""

import datetime as dt
import io
import zipfile

import pytest
from openpyxl import Workbook

from reform_tracker.lib import workbook


def packed(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def sheet_of(rows, name="附件") -> tuple[Workbook, object]:
    book = Workbook()
    sheet = book.active
    sheet.title = name
    for row in rows:
        sheet.append(row)
    return book, sheet


def repacked(data: bytes, part: str, change) -> bytes:
    """The same archive with one part's bytes changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            new.writestr(info.filename, change(content) if info.filename == part else content)
    return buffer.getvalue()


class TestReadRows:
    def test_gives_each_cell_as_the_reader_sees_it(self):
        book, sheet = sheet_of(
            [
                ["序号", "任务", "时限", "目标"],
                [1, " 建立台账 ", dt.date(2025, 6, 30), 0.955],
                [2.5, None, True, 0.1 + 0.2],
            ]
        )
        sheet["D2"].number_format = "0.0%"
        assert workbook.read_rows(packed(book)) == [
            (
                "附件",
                [
                    ["序号", "任务", "时限", "目标"],
                    ["1", "建立台账", "2025年6月30日", "95.5%"],
                    ["2.5", "", "TRUE", "0.3"],
                ],
            )
        ]

    def test_a_merged_cell_stands_in_every_cell_it_covers(self):
        book, sheet = sheet_of([["领域", "甲", "乙"], ["医保", "一", "二"], [None, "三", "四"]])
        sheet.merge_cells("A2:A3")
        sheet.merge_cells("B1:C1")
        ((_, rows),) = workbook.read_rows(packed(book))
        assert rows == [["领域", "甲", "甲"], ["医保", "一", "二"], ["医保", "三", "四"]]

    def test_never_evaluates_a_formula(self):
        book, _ = sheet_of([["=1+1", "文字"]])
        ((_, rows),) = workbook.read_rows(packed(book))
        assert rows == [["", "文字"]]  # openpyxl stored no value with the formula

    def test_leaves_out_hidden_sheets_and_empty_rows_at_the_end(self):
        book, _ = sheet_of([["甲"], [None], ["乙"], [None], [None]])
        book.create_sheet("下拉").sheet_state = "hidden"
        assert workbook.read_rows(packed(book)) == [("附件", [["甲"], [""], ["乙"]])]

    def test_refuses_what_is_no_workbook(self):
        with pytest.raises(ValueError, match="不是有效的Excel"):
            workbook.read_rows("序号,任务".encode())

    def test_refuses_an_archive_without_sheets(self):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("word/document.xml", "<w/>")
        with pytest.raises(ValueError, match="已损坏"):
            workbook.read_rows(buffer.getvalue())

    def test_refuses_a_workbook_cut_short(self):
        data = packed(sheet_of([["甲"]])[0])
        with pytest.raises(ValueError, match="xlsx"):
            workbook.read_rows(data[: len(data) // 2])

    def test_says_when_a_password_is_set_and_when_the_format_is_old(self):
        with pytest.raises(ValueError, match="密码"):
            workbook.read_rows(workbook.OLE_MAGIC + b"\0" * 600 + workbook.ENCRYPTED_STREAM)
        with pytest.raises(ValueError, match=r"旧版\.xls"):
            workbook.read_rows(workbook.OLE_MAGIC + b"\0" * 600)

    def test_refuses_entities(self):
        part = "xl/worksheets/sheet1.xml"
        doctype = b'<!DOCTYPE x [<!ENTITY a "b">]>'
        hostile = repacked(packed(sheet_of([["甲"]])[0]), part, lambda xml: doctype + xml)
        with pytest.raises(ValueError, match="实体"):
            workbook.read_rows(hostile)

    def test_refuses_a_part_that_swells(self):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/worksheets/sheet1.xml", b" " * (6 * 1024 * 1024))
        with pytest.raises(ValueError, match="过大"):
            workbook.read_rows(buffer.getvalue())

    @pytest.mark.parametrize(("place", "words"), [("A20001", "超过20000行"), ("XFD1", "超过256列")])
    def test_refuses_a_lone_cell_far_out(self, place, words):
        book, sheet = sheet_of([["甲"]])
        sheet[place] = "远"
        with pytest.raises(ValueError, match=words):
            workbook.read_rows(packed(book))

    def test_a_merge_over_the_whole_sheet_costs_only_the_cells_there_are(self):
        data = packed(sheet_of([["甲", "乙"], ["丙", "丁"]])[0])
        merge = b'</sheetData><mergeCells count="1"><mergeCell ref="B1:XFD1"/></mergeCells>'
        widened = repacked(
            data,
            "xl/worksheets/sheet1.xml",
            lambda xml: xml.replace(b"</sheetData>", merge),
        )
        with pytest.raises(ValueError, match="列"):
            workbook.read_rows(widened)

    def test_refuses_a_million_styled_empty_cells(self, monkeypatch):
        monkeypatch.setattr(workbook, "MAX_CELLS", 3)
        with pytest.raises(ValueError, match="多余的空行"):
            workbook.read_rows(packed(sheet_of([["甲", "乙"], ["丙", "丁"]])[0]))
