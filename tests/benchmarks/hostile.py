"""Hostile files, made when they are asked for: FILES maps a description to a maker."""

import io
import os
import random
import zipfile
import zlib

from tests.documents.pdfs import Sheet, pdf

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
FILES = {}


def hostile(description, suffix):
    """Register a maker."""

    def add(maker):
        FILES[description] = suffix, maker
        return maker

    return add


def noise(length):
    """Text that packs badly."""
    letters = random.Random(length)
    return "".join(chr(letters.randrange(0x4E00, 0x9FA5)) for _ in range(length))


def zipped(*entries):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return packed.getvalue()


def word(body, **parts):
    document = f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    more = [(f"word/{name}.xml", text) for name, text in parts.items()]
    return zipped(("word/document.xml", document), *more)


def book(rows, *, more="", strings="", sheets=1):
    """An .xlsx whose sheets all hold the same rows."""
    names = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="r{n}"/>' for n in range(1, sheets + 1))
    links = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, sheets + 1)
    )
    if strings:
        links += f'<Relationship Id="s" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    sheet = f'<worksheet xmlns="{S}"><sheetData>{rows}</sheetData>{more}</worksheet>'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    return zipped(
        ("[Content_Types].xml", f'<Types xmlns="{PACKAGE}/content-types"><Override PartName="/xl/workbook.xml" ContentType="{kind}"/></Types>'),
        ("_rels/.rels", f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'),
        ("xl/workbook.xml", f'<workbook xmlns="{S}" xmlns:r="{OFFICE}"><sheets>{names}</sheets></workbook>'),
        ("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>'),
        ("xl/styles.xml", f'<styleSheet xmlns="{S}"/>'),
        ("xl/sharedStrings.xml", f'<sst xmlns="{S}">{strings}</sst>'),
        *((f"xl/worksheets/sheet{n}.xml", sheet) for n in range(1, sheets + 1)),
    )  # fmt: skip


def rows_of(count, columns, cell):
    """`cell` holds {0} for the column's letter, {1} for the row's number."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[:columns]
    return "".join(
        f'<row r="{row}">{"".join(cell.format(letter, row) for letter in letters)}</row>'
        for row in range(1, count + 1)
    )


def pdf_of(*objects):
    data = b"%PDF-1.5\n"
    for number, text in enumerate(objects, 1):
        text = text.encode() if isinstance(text, str) else text
        data += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    return data + b"trailer<</Root 1 0 R/Size %d>>\n%%%%EOF" % (len(objects) + 1)


def stream(data, filters=b"/FlateDecode", more=b""):
    head = b"<</Length %d/Filter %s%s>>stream\n" % (len(data), filters, more)
    return head + data + b"\nendstream"


CATALOG = "<</Type/Catalog/Pages 2 0 R>>"
FONT = "<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"


def page_of(content, resources=FONT, *more, kids=1):
    return pdf_of(
        CATALOG,
        f"<</Type/Pages/Kids[{'3 0 R ' * kids}]/Count {kids}>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources{resources}>>",
        content,
        *more,
    )


def scattered(count, operator):
    place = random.Random(count)
    drawn = (
        operator.format(place.randrange(10, 590), place.randrange(10, 790)) for _ in range(count)
    )
    return stream(zlib.compress("\n".join(drawn).encode(), 9))


ENTITIES = (
    '<!DOCTYPE l [<!ENTITY a0 "lol">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + "]>"
)
TASK = "推进改革。（市卫生局负责）"

# --- packages -------------------------------------------------------------------------------------

hostile("a zip bomb", ".docx")(lambda: zipped(("word/document.xml", b"0" * 300_000_000)))
hostile("a zip in a zip in a zip", ".docx")(
    lambda: zipped(("word/document.xml", zipped(("a", zipped(("b", b"0" * 10**8))))))
)
hostile("3,000 entries", ".docx")(lambda: zipped(*((f"word/{n}.xml", "") for n in range(3000))))
hostile("19 MB of noise called .docx", ".docx")(lambda: b"PK\x03\x04" + os.urandom(19_000_000))
hostile("an external entity", ".docx")(
    lambda: zipped(
        ("word/document.xml", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>')
    )
)
hostile("a billion laughs", ".docx")(
    lambda: zipped(("word/document.xml", f"{ENTITIES}<a>&a9;</a>"))
)
hostile("a billion laughs in UTF-16", ".docx")(
    lambda: zipped(
        (
            "word/document.xml",
            f'<?xml version="1.0" encoding="UTF-16"?>{ENTITIES}<a>&a9;</a>'.encode("utf-16"),
        )
    )
)
hostile("a million runs", ".docx")(
    lambda: word("<w:p>" + "<w:r><w:t>a</w:t></w:r>" * 10**6 + "</w:p>")
)
hostile("80,000 different runs", ".docx")(
    lambda: word(
        "<w:p>" + "".join(f"<w:r><w:t>{char}</w:t></w:r>" for char in noise(80_000)) + "</w:p>"
    )
)
hostile("400,000 empty paragraphs", ".docx")(
    lambda: word("".join(f'<w:p w:rsid="{n}"/>' for n in range(400_000)))
)
hostile("900,000 attributes", ".docx")(
    lambda: word("<w:p " + " ".join(f'a{n}="{n * n}"' for n in range(900_000)) + "/>")
)
hostile("tables nested 80 deep", ".docx")(
    lambda: word(
        "<w:tbl><w:tr><w:tc><w:p/></w:tc><w:tc><w:p/></w:tc><w:tc>" * 80
        + f"<w:p><w:r><w:t>{noise(90_000)}</w:t></w:r></w:p>"
        + "</w:tc></w:tr></w:tbl>" * 80
    )
)
hostile("tags nested 5,000 deep", ".docx")(lambda: word("<w:ins>" * 5000 + "</w:ins>" * 5000))
hostile("styles based on each other in a ring", ".docx")(
    lambda: word(
        '<w:p><w:pPr><w:pStyle w:val="a"/></w:pPr><w:r><w:t>甲</w:t></w:r></w:p>' * 1000,
        styles=f'<w:styles xmlns:w="{W}"><w:style w:styleId="a"><w:basedOn w:val="b"/></w:style>'
        '<w:style w:styleId="b"><w:basedOn w:val="a"/></w:style></w:styles>',
        numbering=f'<w:numbering xmlns:w="{W}"/>',
    )
)

# --- workbooks ------------------------------------------------------------------------------------

NEAR = '<row r="1"><c r="A1"><v>1</v></c></row>'
hostile("one far cell", ".xlsx")(
    lambda: book(NEAR + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
)
hostile("one far cell without a name", ".xlsx")(
    lambda: book('<row r="1048576"><c><v>1</v></c></row>')
)
hostile("the corners of 20,000 × 256", ".xlsx")(
    lambda: book(NEAR + '<row r="20000"><c r="IV20000"><v>1</v></c></row>')
)
hostile("one merge over everything", ".xlsx")(
    lambda: book(NEAR, more='<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')
)
hostile("20,000 merges of 20,000 rows", ".xlsx")(
    lambda: book(
        rows_of(19_000, 1, '<c r="{0}{1}"><v>1</v></c>'),
        more="<mergeCells>" + '<mergeCell ref="A1:IV20000"/>' * 20_000 + "</mergeCells>",
    )
)
hostile("655,000 rows", ".xlsx")(lambda: book(rows_of(655_000, 1, '<c r="{0}{1}"><v>1</v></c>')))
hostile("390,000 cells", ".xlsx")(lambda: book(rows_of(15_000, 26, '<c r="{0}{1}"><v>{1}</v></c>')))
hostile("500,000 framed empty cells", ".xlsx")(
    lambda: book(rows_of(19_000, 26, '<c r="{0}{1}" s="1"/>'))
)
hostile("one long text in 90,000 cells", ".xlsx")(
    lambda: book(
        rows_of(9_000, 10, '<c r="{0}{1}" t="s"><v>0</v></c>'),
        strings=f"<si><t>{noise(10_000)}</t></si>",
    )
)
hostile("700,000 shared texts", ".xlsx")(
    lambda: book(NEAR, strings="".join(f"<si><t>{n}{n * n}</t></si>" for n in range(700_000)))
)
hostile("200 sheets of 4,000 rows", ".xlsx")(
    lambda: book(rows_of(4_000, 1, '<c r="{0}{1}"><v>1</v></c>'), sheets=200)
)

# --- web pages ------------------------------------------------------------------------------------

hostile("90,000 nested div", ".html")(lambda: b"<html>" + b"<div>" * 90_000)
hostile("3,000 nested tables", ".html")(
    lambda: b"<html>" + b"<table><tr><td>a</td><td>b</td><td>" * 3000
)
hostile("colspan and rowspan 99999", ".html")(
    lambda: b"<html><table>" + (b"<tr>" + b"<td colspan=99999 rowspan=99999>1" * 500) * 500
)
hostile("500,000 tags", ".html")(lambda: b"<html><body>" + b"<b>a</b>" * 250_000)
hostile("4,000,000 tags", ".html")(lambda: b"<html><body>" + b"<b>" * 4_000_000)
hostile("an attribute of 19 MB", ".html")(
    lambda: b'<html><body><p title="' + b"a" * 19_000_000 + b'">1</p>'
)
hostile("a picture of 18 MB inside", ".html")(
    lambda: f'<html><p>1.{TASK}</p><img src="data:image/png;base64,{"A" * 18_000_000}">'.encode()
)
hostile("entities in a page", ".html")(lambda: f"<html>{ENTITIES}<body>&a9;".encode())
hostile("a list of 60,000", ".html")(lambda: ("<html><ol>" + f"<li>{TASK}" * 60_000).encode())
hostile("300,000 parts", ".mht")(
    lambda: (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n"
        + b"--a\r\nContent-Type: text/plain\r\n\r\nx\r\n" * 300_000
    )
)
hostile("5,000 parts in each other", ".mht")(
    lambda: (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=a0\r\n\r\n"
        + b"".join(
            b"--a%d\r\nContent-Type: multipart/mixed; boundary=a%d\r\n\r\n" % (n, n + 1)
            for n in range(5_000)
        )
    )
)

# --- text -----------------------------------------------------------------------------------------

hostile("19 MB of blanks", ".txt")(lambda: b" " * 19_000_000)
hostile("19 MB of line ends", ".txt")(lambda: b"\n" * 19_000_000)
hostile("19 MB of zeros", ".txt")(lambda: bytes(19_000_000))
hostile("one line of 390,000 characters", ".txt")(lambda: noise(390_000).encode())
hostile("390,000 brackets", ".txt")(lambda: ("（" * 390_000).encode())
hostile("390,000 figures", ".txt")(lambda: b"9" * 390_000)
hostile("80,000 names", ".txt")(lambda: ("市卫生局、" * 79_000 + "负责").encode())

# --- PDF ------------------------------------------------------------------------------------------

hostile("a stream of 50 MB", ".pdf")(lambda: page_of(stream(zlib.compress(b" " * 50_000_000, 9))))
hostile("a stream packed twice", ".pdf")(
    lambda: page_of(
        stream(zlib.compress(zlib.compress(b"0" * 9_000_000)), b"[/FlateDecode/FlateDecode]")
    )
)
hostile("300,000 brackets", ".pdf")(lambda: b"%PDF-1.4\n1 0 obj\n" + b"[" * 300_000)
hostile("a page tree in a ring", ".pdf")(
    lambda: pdf_of(CATALOG, "<</Type/Pages/Kids[2 0 R]/Count 1>>")
)
hostile("two million pages, it says", ".pdf")(
    lambda: pdf_of(CATALOG, "<</Type/Pages/Kids[3 0 R]/Count 2000000>>", "<</Type/Page>>")
)
hostile("200,000 pages", ".pdf")(lambda: page_of(stream(b""), kids=200_000))
hostile("499 heavy pages", ".pdf")(
    lambda: page_of(scattered(20_000, "BT /F1 9 Tf {} {} Td (abcdefgh) Tj ET"), kids=499)
)
hostile("60,000 words on a page", ".pdf")(
    lambda: page_of(scattered(60_000, "BT /F1 9 Tf {} {} Td (abcdefgh) Tj ET"))
)
hostile("5,000 words on a page", ".pdf")(
    lambda: page_of(scattered(5_000, "BT /F1 9 Tf {} {} Td (abcdefgh) Tj ET"))
)
hostile("100,000 lines on a page", ".pdf")(lambda: page_of(scattered(100_000, "{0} {1} m 9 9 l S")))
hostile("a table of 4,000 lines", ".pdf")(
    lambda: pdf([Sheet().grid(range(10, 590), range(800, 10, -1)).text(9, 9, "1")])
)
hostile("a form that draws itself", ".pdf")(
    lambda: page_of(
        stream(zlib.compress(b"/X Do")),
        "<</XObject<</X 5 0 R>>>>",
        stream(
            zlib.compress(b"/X Do " * 10),
            more=b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>",
        ),
    )
)
hostile("a picture of 30,000 × 30,000", ".pdf")(
    lambda: page_of(
        stream(zlib.compress(b"q 600 0 0 800 0 0 cm /I Do Q")),
        "<</XObject<</I 5 0 R>>>>",
        stream(
            zlib.compress(bytes(3_000_000), 9),
            more=b"/Type/XObject/Subtype/Image/Width 30000/Height 30000/BitsPerComponent 8"
            b"/ColorSpace/DeviceRGB",
        ),
    )
)
hostile("19 MB of noise called .pdf", ".pdf")(lambda: b"%PDF-1.7\n" + os.urandom(19_000_000))
