"""Reading strangers' workbooks under limits, writing ones that open and run nothing."""

import datetime as dt
import io
import zipfile

import pytest
from openpyxl import Workbook, load_workbook
from python_calamine import CalamineWorkbook

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

    @pytest.mark.parametrize(
        ("form", "shown"),
        [
            ('yyyy"年"m"月"', "2024年6月"),
            ('yyyy"年"m"月"d"日";@', "2024年6月15日"),
            ("[$-804]yyyy-mm-dd", "2024年6月15日"),
            ('m"月"d"日"', "6月15日"),
        ],
    )
    def test_a_date_says_no_more_than_it_shows(self, form, shown):
        book, sheet = sheet_of([[dt.date(2024, 6, 15)]])
        sheet["A1"].number_format = form
        assert workbook.read_rows(packed(book))[0][1] == [[shown]]

    @pytest.mark.parametrize(("number", "shown"), [(31, "2024年6月15日"), (57, "2024年6月")])
    def test_dates_in_the_forms_that_chinese_excel_has_built_in(self, number, shown):
        """They have a number and stand in no file, so that no library knows them."""
        book, sheet = sheet_of([[45458]])
        sheet["A1"].number_format = "0.000"
        data = repacked(
            packed(book),
            "xl/styles.xml",
            lambda xml: xml.replace(b'numFmtId="164"', b'numFmtId="%d"' % number),
        )
        assert workbook.read_rows(data)[0][1] == [[shown]]

    def test_words_that_belong_to_a_number(self):
        book, sheet = sheet_of([[95, 12]])
        sheet["A1"].number_format = '0"%"'
        sheet["B1"].number_format = '"第"0"项"'
        assert workbook.read_rows(packed(book))[0][1] == [["95%", "第12项"]]

    def test_hidden_rows_are_left_out_and_counted(self):
        book, sheet = sheet_of([["甲"], ["乙"], ["丙"]])
        sheet.row_dimensions[2].hidden = True
        (read,) = workbook.read_sheets(packed(book))
        assert (read.rows, read.hidden_rows) == ([["甲"], ["丙"]], 1)

    def test_a_sheet_may_begin_anywhere(self):
        book = Workbook()
        book.active["C3"] = "甲"
        assert workbook.read_rows(packed(book))[0][1][2] == ["", "", "甲"]

    def test_framed_cells_far_out_are_no_content(self):
        book, sheet = sheet_of([["甲"]])
        sheet["XFD1048576"].number_format = "0.0"
        assert workbook.read_rows(packed(book))[0][1] == [["甲"]]

    def test_a_lone_cell_is_named(self):
        book, sheet = sheet_of([["甲"]])
        sheet["IV20000"] = "远"
        with pytest.raises(ValueError, match="IV20000"):
            workbook.read_rows(packed(book))

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
            workbook.read_rows("序号，任务".encode())

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


NASTY = [
    "=1+1",
    "+86 516",
    "-5%",
    "@SUM(A1)",
    "=1+1",
    "\t=cmd",
    '=HYPERLINK("http://x","y")',
    "http://example.org/",
    "0012",
    "1e5",
]


def opened(data: bytes):
    return load_workbook(io.BytesIO(data))


def plan(rows, **also) -> workbook.SheetPlan:
    columns = also.pop("columns", [workbook.Column("领域", 8), workbook.Column("任务", 20)])
    return workbook.SheetPlan(name="表", title="标题", columns=columns, rows=rows, **also)


class TestWriteBook:
    @pytest.mark.parametrize("text", NASTY)
    def test_a_text_stays_a_text(self, text):
        data = workbook.write_book([plan([[text, "乙"]])])
        cell = opened(data).active["A4"]
        assert (cell.data_type, cell.value) == ("s", text)
        assert cell.hyperlink is None
        ((_, rows),) = workbook.read_rows(data)
        assert rows[3][0] == text.strip()

    @pytest.mark.parametrize("text", [text for text in NASTY if text[0] in "=+-@=\t"])
    def test_a_text_like_a_formula_is_marked_as_text_for_whoever_edits_it(self, text):
        data = workbook.write_book([plan([[text, "安全"]])])
        sheet = opened(data).active
        assert sheet["A4"].quotePrefix
        assert not sheet["B4"].quotePrefix

    def test_no_sheet_holds_a_formula(self):
        data = workbook.write_book([plan([[text, text] for text in NASTY])])
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")

    def test_characters_that_xml_forbids_are_dropped(self):
        data = workbook.write_book([plan([["甲\x00\x0b乙\ud800\uffff", "一\r\n二\r三"]])])
        sheet = opened(data).active
        assert (sheet["A4"].value, sheet["B4"].value) == ("甲乙", "一\n二\n三")

    def test_a_text_longer_than_a_cell_is_cut_with_a_mark(self):
        data = workbook.write_book([plan([["长" * 40_000, ""]])])
        text = opened(data).active["A4"].value
        assert len(text) == 32_767 and text.endswith("…")

    def test_dates_and_numbers_are_real(self):
        columns = [
            workbook.Column("时限", 12, "date"),
            workbook.Column("数", 8, "integer"),
            workbook.Column("率", 8, "percent"),
        ]
        row = [dt.date(2025, 6, 30), 3, 0.5]
        sheet = opened(workbook.write_book([plan([row], columns=columns)])).active
        assert sheet["A4"].is_date and sheet["A4"].value == dt.datetime(2025, 6, 30)
        assert (sheet["B4"].value, sheet["C4"].value) == (3, 0.5)
        assert sheet["C4"].number_format == "0.0%"

    def test_joins_consecutive_cells_and_keeps_their_text_for_the_filter(self):
        rows = [["医保", "1"], ["医保", "2"], ["药品", "3"], ["医保", "4"]]
        data = workbook.write_book([plan(rows, merge=[0])])
        merged = {str(each) for each in opened(data).active.merged_cells.ranges}
        assert "A4:A5" in merged
        assert not [each for each in merged if each.startswith(("A6", "A7"))]
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
        assert [row[0] for row in sheet.to_python()[3:]] == ["医保", "医保", "药品", "医保"]

    def test_is_ready_to_print(self):
        sheet = opened(workbook.write_book([plan([["甲", "乙"]], frozen_columns=1)])).active
        setup = sheet.page_setup
        assert (setup.paperSize, setup.orientation, setup.fitToHeight) == (8, "landscape", 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows == "$3:$3"
        assert sheet.freeze_panes == "B4"
        assert sheet.print_area.endswith("$A$1:$B$4")
        assert sheet.auto_filter.ref == "A3:B4"
        assert sheet.oddFooter.center.text == "第 &P 页 共 &N 页"

    def test_rows_are_as_high_as_their_longest_text_needs(self):
        # 20 characters wide: nine Chinese characters a line.
        rows = [["甲", "字" * 9], ["甲", "字" * 90], ["甲", "一\n二\n三"]]
        sheet = opened(workbook.write_book([plan(rows)])).active
        one, ten, three = (sheet.row_dimensions[number].height for number in (4, 5, 6))
        assert one < three < ten <= workbook.MAX_ROW_HEIGHT
        assert ten > 9 * one / 2

    def test_a_long_heading_over_one_short_row_has_room(self):
        sheet = opened(
            workbook.write_book([plan([["很长的领域名称" * 4, "短"]], merge=[0])])
        ).active
        assert sheet.row_dimensions[4].height > 8 * workbook.LINE_HEIGHT

    def test_a_light_is_a_word_on_a_colour(self):
        cell = opened(workbook.write_book([plan([[workbook.Tinted("红灯", "red"), "乙"]])])).active[
            "A4"
        ]
        assert cell.value == "红灯"
        assert cell.fill.fgColor.rgb == "FFFDE8E6"

    def test_a_chart_stands_below_its_rows_and_is_printed(self):
        columns = [workbook.Column("单位", 10), workbook.Column("任务", 10, "integer")]
        chart = workbook.Chart("图", 0, (1,), ("#112233",), totals=1)
        rows = [["甲", 1], ["乙", 2], ["合计", 3]]
        sheet = opened(workbook.write_book([plan(rows, columns=columns, chart=chart)])).active
        (drawn,) = sheet._charts
        assert drawn.series[0].val.numRef.f.endswith("$B$4:$B$5")
        assert int(sheet.print_area.rsplit("$", 1)[1]) > 12

    def test_an_empty_table_is_still_a_workbook(self):
        chart = workbook.Chart("图", 0, (1,), ("#112233",), totals=0)
        sheet = opened(workbook.write_book([plan([], merge=[0], chart=chart)])).active
        assert [cell.value for cell in sheet[3]] == ["领域", "任务"]
        assert not sheet._charts
