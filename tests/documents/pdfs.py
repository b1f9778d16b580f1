"""PDFs of our own drawing: text with a ToUnicode map, lines, pictures, turned pages.

No font is embedded, and pdfium drops what it measures as nothing: a turned line needs a figure.
"""

from dataclasses import dataclass, field

A4 = (595, 842)


@dataclass
class Sheet:
    """A page; places in points from its lower left corner."""

    size: tuple[int, int] = A4
    turned: int = 0  # /Rotate
    drawn: list = field(default_factory=list)
    picture: bool = False

    def text(self, x, y, words, size=12, matrix="1 0 0 1"):
        self.drawn.append(("text", x, y, words, size, matrix))
        return self

    def line(self, x0, y0, x1, y1):
        self.drawn.append(("line", x0, y0, x1, y1))
        return self

    def grid(self, xs, ys):
        """Every line of a table; `ys` from top to bottom."""
        for x in xs:
            self.line(x, ys[0], x, ys[-1])
        for y in ys:
            self.line(xs[0], y, xs[-1], y)
        return self


def flowing(
    paragraphs, *, width=32, rows=30, size=12, left=70, top=780, step=20, head=None, foot=None
):
    """Sheets of running text with an indent of two characters, broken where the width ends."""
    lines = []
    for paragraph in paragraphs:
        text = "　　" + paragraph
        while text:
            cut = width
            while 0 < cut < len(text) and text[cut] in "，。、；：）":
                cut -= 1  # may not begin a line
            lines.append(text[:cut])
            text = text[cut:]
    sheets = []
    for first in range(0, len(lines), rows):
        sheet = Sheet()
        for row, text in enumerate(lines[first : first + rows]):
            sheet.text(left, top - step * row, text, size)
        number = len(sheets) + 1
        if head:
            sheet.text(left, 815, head, 9)
        if foot:
            sheet.text(280, 40, foot.format(number), 9)
        sheets.append(sheet)
    return sheets


def pdf(sheets):
    chars = sorted({c for s in sheets for op in s.drawn if op[0] == "text" for c in op[3]})
    codes = {char: index + 1 for index, char in enumerate(chars)}
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", *_font(codes)]
    kids = []
    for sheet in sheets:
        content = "".join(_operator(op, codes) for op in sheet.drawn)
        if sheet.picture:
            content += "q 400 0 0 600 50 50 cm /Im Do Q\n"
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
        width, height = sheet.size
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] /Rotate {sheet.turned}"
            f" /Contents {len(objects)} 0 R"
            " /Resources << /Font << /F1 3 0 R >> /XObject << /Im 7 0 R >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    data, offsets = "%PDF-1.4\n", []
    for index, text in enumerate(objects, 1):
        offsets.append(len(data))
        data += f"{index} 0 obj\n{text}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    data += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    data += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(data)}\n%%EOF"
    return data.encode("latin-1")


def _operator(op, codes):
    if op[0] == "line":
        return "{} {} m {} {} l S\n".format(*op[1:])
    _, x, y, words, size, matrix = op
    shown = "".join(f"{codes[char]:04X}" for char in words)
    return f"BT /F1 {size} Tf {matrix} {x} {y} Tm <{shown}> Tj ET\n"


def _font(codes):
    """Objects 3 to 7: the font, and a picture of one dot. Figures are half as wide."""
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
    )
    chars = list(codes)
    for begin in range(0, len(chars), 100):
        block = chars[begin : begin + 100]
        cmap += f"{len(block)} beginbfchar\n"
        cmap += "".join(f"<{codes[char]:04X}> <{ord(char):04X}>\n" for char in block)
        cmap += "endbfchar\n"
    cmap += "endcmap end end"
    narrow = " ".join(f"{codes[char]} [500]" for char in chars if char.isascii())
    return [
        "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H"
        " /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>",
        f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /DW 1000 /W [{narrow}]"
        " /FontDescriptor 6 0 R"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        f"<< /Length {len(cmap)} >>\nstream\n{cmap}\nendstream",
        "<< /Type /FontDescriptor /FontName /X /Flags 4 /FontBBox [0 -200 1000 900] /Ascent 880"
        " /Descent -120 /ItalicAngle 0 /CapHeight 880 /StemV 80 >>",
        "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8"
        " /ColorSpace /DeviceGray /Length 1 >>\nstream\n0\nendstream",
    ]
