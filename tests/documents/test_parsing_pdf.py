"""PDFs as offices make them: furniture, columns, turned sheets, tables over several pages."""

import pytest

from documents.parsing import UnreadableDocument
from documents.parsing.readers.kinds import read_text
from tests.documents.pdfs import Sheet, flowing, pdf

SENTENCE = "坚持问题导向、目标导向和结果导向相统一，进一步压实工作责任，细化工作举措，确保政策措施落到实处。"
PARAGRAPHS = [
    f"{number}.推进第{number}项改革。{SENTENCE * (1 + number % 3)}覆盖率达到{60 + number}%以上。"
    f"（市卫生局、市财政局负责）"
    for number in range(1, 21)
]


def lines_of(sheets):
    text, _ = read_text(pdf(sheets), "通知.pdf")
    return [line for line in text.replace("\u3000", "").split("\n") if line]


def rows_of(sheets):
    return [line.split("\t") for line in lines_of(sheets) if "\t" in line]


def test_paragraphs_are_whole_again_over_lines_and_pages():
    assert lines_of(flowing(PARAGRAPHS)) == PARAGRAPHS


@pytest.mark.parametrize(
    "foot", ["— {} —", "- {} -", "{}", "第 {} 页", "第{}页 共9页", "{}/9", "·{}·"]
)
def test_page_numbers_and_running_heads_are_no_text(foot):
    assert lines_of(flowing(PARAGRAPHS, head="徐州市医改重点任务", foot=foot)) == PARAGRAPHS


def test_what_a_browser_prints_around_a_page_is_no_text():
    sheets = flowing(PARAGRAPHS, head="2024/3/5 10:20")
    for number, sheet in enumerate(sheets, 1):
        sheet.text(70, 20, "https://www.example.org/art/18.html", 8).text(520, 20, f"{number}/9", 8)
    assert lines_of(sheets) == PARAGRAPHS


def test_two_columns_are_read_one_after_the_other():
    left = flowing(PARAGRAPHS[:6], width=18, rows=35, left=50)
    right = flowing(PARAGRAPHS[6:], width=18, rows=35, left=310)
    sheet = left[0]
    sheet.drawn += right[0].drawn
    sheet.text(150, 810, "徐州市2024年医改重点任务", 16)
    read = "".join(lines_of([sheet]))
    whole = "".join(op[3] for op in left[0].drawn if op[0] == "text" and op[4] == 12)
    assert read.startswith("徐州市2024年医改重点任务")
    assert whole.replace("\u3000", "") in read


TURNS = {
    "upright on a turned sheet": (90, "0 1 -1 0", lambda x, y: (595 - y, x)),
    "sideways on an upright sheet": (0, "0 1 -1 0", lambda x, y: (595 - y, x)),
    "sideways the other way": (0, "0 -1 1 0", lambda x, y: (y, 842 - x)),
    "upside down": (180, "-1 0 0 -1", lambda x, y: (595 - x, 842 - y)),
}


@pytest.mark.parametrize("how", TURNS)
def test_turned_pages(how):
    rotate, matrix, place = TURNS[how]
    sheet = Sheet(turned=rotate)
    for row, words in enumerate(
        ["一、2024年重点任务", "1.推进改革。（市财政局负责）", "2.优化服务。"]
    ):
        sheet.text(*place(60, 500 - 20 * row), words, matrix=matrix)
    assert lines_of([sheet]) == [
        "一、2024年重点任务",
        "1.推进改革。（市财政局负责）",
        "2.优化服务。",
    ]


def test_bold_by_printing_twice_and_blanks_behind_every_character():
    sheet = Sheet()
    words = "推进紧密型县域医共体建设2024"
    sheet.text(70, 700, words).text(70.4, 700, words)
    for place, char in enumerate("健全现代医院管理制度"):
        sheet.text(70 + 12 * place, 640, char + " ")
    assert lines_of([sheet]) == [words, "健全现代医院管理制度"]


def test_a_dash_of_two_characters_is_not_halved():
    assert lines_of([Sheet().text(70, 700, "建设同心家园——健康小屋，实现医养结合")]) == [
        "建设同心家园——健康小屋，实现医养结合"
    ]


def test_a_watermark_across_the_page_is_no_text():
    sheets = flowing(PARAGRAPHS)
    for sheet in sheets:
        sheet.text(150, 300, "内部资料注意保存", 60, matrix="0.7 0.7 -0.7 0.7")
    assert lines_of(sheets) == PARAGRAPHS


# --- tables ---------------------------------------------------------------------------------------

XS = [40, 80, 200, 380, 480, 560]
NAMES = ["序号", "重点任务", "具体内容", "牵头单位", "完成时限"]


def table_row(sheet, top, bottom, cells):
    for x, words in zip(XS, cells, strict=False):
        for row, line in enumerate(words.split("\n")):
            sheet.text(x + 4, top - 13 - 12 * row, line, 10)
    sheet.grid(XS, [top, bottom])


def test_a_table_goes_on_over_the_page():
    """The heading is repeated, and the second row broken where the paper ended."""
    first, second = Sheet(), Sheet()
    table_row(first, 760, 740, NAMES)
    table_row(first, 740, 700, ["1", "建设平台", "完成立项。", "市数据局", "2024年6月底"])
    cut = [
        "2",
        "推进县域医共体和医联\n体建设",
        "制定方案，明确路线图和责任人，分\n批次",
        "市卫生局",
        "2024年9月底",
    ]
    table_row(first, 700, 660, cut)
    table_row(second, 760, 740, NAMES)
    table_row(second, 740, 700, ["", "", "定期调度机制。", "", ""])
    table_row(second, 700, 660, ["3", "优化服务", "投入使用。", "市民政局", "2024年底"])
    for number, sheet in enumerate((first, second), 1):
        sheet.text(280, 30, f"— {number} —", 9)
    assert rows_of([first, second]) == [
        NAMES,
        ["1", "建设平台", "完成立项。", "市数据局", "2024年6月底"],
        ["2", "推进县域医共体和医联体建设", "制定方案，明确路线图和责任人，分批次定期调度机制。", "市卫生局", "2024年9月底"],
        ["3", "优化服务", "投入使用。", "市民政局", "2024年底"],
    ]  # fmt: skip


def test_a_cell_merged_over_rows_and_the_page_counts_for_each():
    first, second = Sheet(), Sheet()
    table_row(first, 760, 740, ["领域", "重点任务", "具体内容", "牵头单位", "完成时限"])
    for sheet, tasks in ((first, ["甲", "乙"]), (second, ["丙"])):
        top = 740 if sheet is first else 760
        bottom = top - 30 * len(tasks)
        for x in XS:
            sheet.line(x, top, x, bottom)
        sheet.line(XS[0], top, XS[-1], top).line(XS[0], bottom, XS[-1], bottom)
        for row, title in enumerate(tasks):
            y = top - 30 * row
            sheet.line(XS[1], y, XS[-1], y)
            for x, words in zip(
                XS[1:], [f"任务{title}", "完成。", "市卫生局", "年底"], strict=False
            ):
                sheet.text(x + 4, y - 15, words, 10)
    first.text(44, 725, "医保", 10)
    rows = rows_of([first, second])
    assert [row[:2] for row in rows[1:]] == [
        ["医保", "任务甲"],
        ["医保", "任务乙"],
        ["医保", "任务丙"],
    ]


def test_a_frame_around_a_notice_is_no_table():
    sheets = flowing(PARAGRAPHS[:4])
    sheets[0].grid([50, 560], [800, 60])
    assert lines_of(sheets) == PARAGRAPHS[:4]


# --- what cannot be read ----------------------------------------------------------------------------


def test_pictures_of_pages_ask_for_text():
    scanned = [Sheet(picture=True).text(280, 30, f"— {n} —", 9) for n in (1, 2, 3)]
    with pytest.raises(UnreadableDocument, match="扫描件"):
        read_text(pdf(scanned), "扫描.pdf")


def test_pictures_among_the_pages_are_told():
    sheets = [*flowing(PARAGRAPHS), Sheet(picture=True), Sheet(picture=True)]
    _, warnings = read_text(pdf(sheets), "通知.pdf")
    (warning,) = warnings
    assert f"第{len(sheets) - 1}—{len(sheets)}页" in warning


def test_letters_without_codes_are_refused():
    data = pdf([Sheet().text(70, 700, PARAGRAPHS[0])]).replace(b"/ToUnicode 5 0 R", b"")
    with pytest.raises(UnreadableDocument, match=r"乱码|没有可读的文字"):
        read_text(data, "通知.pdf")
