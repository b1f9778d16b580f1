"""Word files: drawn numbers, revisions, boxes, tables, and what other programs write."""

import io
import zipfile

import pytest

from documents.parsing.readers.kinds import read_text
from documents.parsing.readers.word_numbering import draw
from tests.documents.test_parsing_readers import W, paragraph, refusal, word_file, zipped


def read(body, **parts):
    text, warnings = read_text(word_file(body, **parts), "通知.docx")
    return [line for line in text.split("\n") if line], warnings


def lines(body, **parts):
    return read(body, **parts)[0]


def item(text, number, depth=None):
    place = "" if depth is None else f'<w:ilvl w:val="{depth}"/>'
    return paragraph(text, f'<w:numPr>{place}<w:numId w:val="{number}"/></w:numPr>')


def level(depth, form, text, more=""):
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def numbering(*levels, lists=(1,), overrides=""):
    numbers = "".join(
        f'<w:num w:numId="{n}"><w:abstractNumId w:val="7"/>{overrides if n > 1 else ""}</w:num>'
        for n in lists
    )
    return (
        f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="7">{"".join(levels)}'
        f"</w:abstractNum>{numbers}</w:numbering>"
    )


@pytest.mark.parametrize(
    ("form", "count", "shown"),
    [
        ("decimal", 12, "12"),
        ("chineseCounting", 12, "十二"),
        ("chineseCountingThousand", 105, "一百零五"),
        ("chineseCountingThousand", 110, "一百一十"),
        ("japaneseCounting", 20, "二十"),
        ("ideographDigital", 10, "一〇"),
        ("chineseLegalSimplified", 21, "贰拾壹"),
        ("ideographTraditional", 3, "丙"),
        ("decimalEnclosedCircle", 3, "③"),
        ("decimalEnclosedCircleChinese", 20, "⑳"),
        ("decimalEnclosedCircle", 21, "21"),
        ("decimalEnclosedParen", 2, "⑵"),
        ("decimalZero", 7, "07"),
        ("lowerLetter", 2, "b"),
        ("upperRoman", 14, "XIV"),
        ("something new", 5, "5"),
    ],
)
def test_the_forms_of_a_number(form, count, shown):
    assert draw(form, count) == shown


class TestNumbers:
    LEVELS = (
        level(0, "chineseCounting", "%1、", '<w:suff w:val="nothing"/>'),
        level(1, "chineseCounting", "（%2）"),
        level(2, "decimal", "%3."),
    )

    def test_deeper_levels_begin_again(self):
        body = "".join(
            item(text, 1, depth)
            for text, depth in [("总", 0), ("分", 1), ("细", 2), ("细", 2), ("分", 1), ("细", 2), ("总", 0), ("分", 1)]
        )  # fmt: skip
        assert lines(body, numbering=numbering(*self.LEVELS)) == [
            "一、总", "（一）分", "1.细", "2.细", "（二）分", "1.细", "二、总", "（一）分",
        ]  # fmt: skip

    def test_a_level_may_run_on(self):
        running = level(2, "decimal", "%3.", '<w:lvlRestart w:val="0"/>')
        body = "".join(
            item(text, 1, depth) for text, depth in [("分", 1), ("细", 2), ("分", 1), ("细", 2)]
        )
        parts = numbering(*self.LEVELS[:2], running)
        assert lines(body, numbering=parts) == ["（一）分", "1.细", "（二）分", "2.细"]

    def test_a_second_list_runs_on_or_begins_where_it_says(self):
        body = item("甲", 1, 2) + item("乙", 2, 2)
        on = numbering(*self.LEVELS, lists=(1, 2))
        assert lines(body, numbering=on) == ["1.甲", "2.乙"]
        again = '<w:lvlOverride w:ilvl="2"><w:startOverride w:val="1"/></w:lvlOverride>'
        anew = numbering(*self.LEVELS, lists=(1, 2), overrides=again)
        assert lines(body, numbering=anew) == ["1.甲", "1.乙"]

    def test_a_number_of_several_levels(self):
        levels = (level(0, "decimal", "%1."), level(1, "decimal", "%1.%2"))
        body = item("甲", 1, 0) + item("乙", 1, 1) + item("丙", 1, 1)
        assert lines(body, numbering=numbering(*levels)) == ["1.甲", "1.1 乙", "1.2 丙"]

    def test_a_style_brings_its_number(self):
        styles = (
            f'<w:styles xmlns:w="{W}"><w:style w:type="paragraph" w:styleId="h1"><w:name w:val="heading 1"/>'
            '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
            '<w:style w:type="paragraph" w:styleId="mine"><w:basedOn w:val="h1"/></w:style></w:styles>'
        )  # fmt: skip
        levels = (
            level(0, "chineseCounting", "%1、", '<w:pStyle w:val="h1"/>'),
            level(1, "chineseCounting", "（%2）"),
        )
        body = paragraph("总体要求", '<w:pStyle w:val="h1"/>')
        body += paragraph("重点任务", '<w:pStyle w:val="mine"/>')
        body += paragraph(
            "没有编号", '<w:pStyle w:val="mine"/><w:numPr><w:numId w:val="0"/></w:numPr>'
        )
        found = lines(body, styles=styles, numbering=numbering(*levels))
        assert found == ["一、总体要求", "二、重点任务", "没有编号"]

    def test_empty_lines_count_but_show_nothing_except_in_a_table(self):
        body = item("", 1, 2) + item("甲", 1, 2)
        assert lines(body, numbering=numbering(*self.LEVELS)) == ["2.甲"]
        cells = [item("", 1, 2), paragraph("建设平台"), paragraph("市数据局")]
        row = "<w:tr>" + "".join(f"<w:tc>{cell}</w:tc>" for cell in cells) + "</w:tr>"
        found = lines(f"<w:tbl>{row}{row}</w:tbl>", numbering=numbering(*self.LEVELS))
        assert found == ["1.\t建设平台\t市数据局", "2.\t建设平台\t市数据局"]


class TestRevisions:
    def test_deleted_and_moved_text_is_gone_and_inserted_text_is_there(self):
        body = (
            "<w:p><w:r><w:t>保留</w:t></w:r><w:del><w:r><w:delText>删去</w:delText></w:r></w:del>"
            "<w:ins><w:r><w:t>补充</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>移走</w:t></w:r></w:moveFrom>"
            "<w:moveTo><w:r><w:t>移来</w:t></w:r></w:moveTo></w:p>"
        )
        assert lines(body) == ["保留补充移来"]

    def test_a_deleted_end_joins_two_paragraphs(self):
        body = paragraph("推进", "<w:rPr><w:del/></w:rPr>") + paragraph("改革。")
        assert lines(body) == ["推进改革。"]

    def test_a_deleted_row_is_gone(self):
        row = "<w:tr>{}" + "".join(f"<w:tc>{paragraph(t)}</w:tc>" for t in "甲乙丙") + "</w:tr>"
        body = f"<w:tbl>{row.format('')}{row.format('<w:trPr><w:del/></w:trPr>')}</w:tbl>"
        assert lines(body) == ["甲\t乙\t丙"]


class TestWhatStandsWhere:
    def test_a_text_box_stands_beside_its_paragraph_and_once(self):
        box = f"<w:txbxContent>{paragraph('徐州市人民政府文件')}</w:txbxContent>"
        drawn = (
            '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
            f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
        )
        body = (
            f"<w:p><w:r><w:t>前半句</w:t></w:r><w:r>{drawn}</w:r><w:r><w:t>后半句</w:t></w:r></w:p>"
        )
        assert lines(body) == ["前半句后半句", "徐州市人民政府文件"]

    def test_hidden_text_contents_and_readings_are_no_text(self):
        styles = f'<w:styles xmlns:w="{W}"><w:style w:styleId="10"><w:name w:val="toc 1"/></w:style></w:styles>'
        body = (
            paragraph("一、重点任务……3", '<w:pStyle w:val="10"/>')
            + "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r><w:r><w:t>可见</w:t></w:r></w:p>"
            + '<w:p><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>也可见</w:t></w:r></w:p>'
        )
        assert lines(body, styles=styles) == ["可见", "也可见"]

    def test_a_soft_break_is_a_line_end(self):
        body = "<w:p><w:r><w:t>1.推进改革。</w:t><w:br/><w:t>责任单位：市编办</w:t></w:r></w:p>"
        assert lines(body) == ["1.推进改革。", "责任单位：市编办"]

    def test_footnotes_are_told(self):
        body = "<w:p><w:r><w:t>正文</w:t></w:r><w:r><w:footnoteReference w:id='2'/></w:r></w:p>"
        (warning,) = read(body)[1]
        assert "1条脚注" in warning

    def test_a_table_that_lays_text_out_keeps_its_paragraphs(self):
        cell = "".join(paragraph(text) for text in ("一、重点任务", "1.推进改革。"))
        assert lines(f"<w:tbl><w:tr><w:tc>{cell}</w:tc></w:tr></w:tbl>") == [
            "一、重点任务",
            "1.推进改革。",
        ]

    def test_merged_cells_and_cells_in_controls(self):
        def cell(text, properties=""):
            return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"

        def row(*cells):
            return f"<w:tr>{''.join(cells)}</w:tr>"

        start, more = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
        controlled = f"<w:sdt><w:sdtContent>{row(cell('', more), cell('乙'), cell('二'))}</w:sdtContent></w:sdt>"
        body = f"<w:tbl>{row(cell('领域', start), cell('甲'), cell('一'))}{controlled}</w:tbl>"
        assert lines(body) == ["领域\t甲\t一", "领域\t乙\t二"]


class TestOtherPrograms:
    def test_strict_files_and_parts_under_other_names(self):
        strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
        document = f'<w:document xmlns:w="{strict}"><w:body>{paragraph("1.推进改革。")}</w:body></w:document>'
        relations = (
            '<Relationships><Relationship Id="a" Target="/word/document2.xml"'
            ' Type="http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument"/></Relationships>'
        )
        data = zipped([("_rels/.rels", relations), ("word/document2.xml", document)])
        assert read_text(data, "a.docx")[0] == "1.推进改革。"

    @pytest.mark.parametrize(
        ("entries", "hint"),
        [
            ([("OFD.xml", "<a/>")], "OFD"),
            ([("mimetype", "application/vnd.oasis.opendocument.text")], "ODT"),
            ([("mimetype", "application/vnd.oasis.opendocument.spreadsheet")], "ODS"),
        ],
    )
    def test_other_formats_are_named(self, entries, hint):
        message = refusal(zipped(entries), "通知.ofd")
        assert hint in message and "另存为" in message


def test_a_package_without_a_document_is_refused():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr("word/styles.xml", "<a/>")
    assert "压缩包" in refusal(packed.getvalue(), "a.docx")
