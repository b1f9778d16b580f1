"""What a library does not tell of an .xlsx: how far it really reaches, what is hidden, how numbers
are shown. Told from the XML itself, before the library fills the memory with the cells between.
"""

import datetime as dt
import re
import zipfile
from dataclasses import dataclass, field

from reform_tracker.lib.archives import read_part

_PREFIX = rb"<(?:\w{1,9}:)?"
# A cell with content and not only a frame; its name where it is far to the right or far down.
_CONTENT = rb"[^<>]*(?<!/)>(?!</)"
_FAR = re.compile(
    _PREFIX + rb'c\b[^<>]*\br="(?:([A-Z]{2,3})(\d{1,7})|([A-Z])(\d{5,7}))"' + _CONTENT
)
_CELL = re.compile(_PREFIX + rb'c\b[^<>]*\br="([A-Z]{1,3})(\d{1,7})"' + _CONTENT)
_NAMELESS = re.compile(_PREFIX + rb"c(?:>|\s(?![^<>]*\br=))")
_FAR_ROW = re.compile(_PREFIX + rb'row\b[^<>]*\br="(\d{5,7})"')
_MERGED = re.compile(
    rb'<(?:\w{1,9}:)?mergeCell\s[^<>]*ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"'
)
_HIDDEN_ROW = re.compile(
    rb"<(?:\w{1,9}:)?row\b(?=[^<>]*\bhidden=\"(?:1|true)\")[^<>]*\br=\"(\d{1,7})\""
)
_SHEET = re.compile(rb"<(?:\w{1,9}:)?sheet\s[^<>]*>")
_RELATION = re.compile(rb"<(?:\w{1,9}:)?Relationship\s[^<>]*>")
_NUMBER_FORM = re.compile(
    rb'<(?:\w{1,9}:)?numFmt\s(?=[^<>]*\bnumFmtId="(\d{1,5})")(?=[^<>]*\bformatCode="([^"]*)")'
)
_CELL_FORMS = re.compile(rb"<(?:\w{1,9}:)?cellXfs\b.*?</(?:\w{1,9}:)?cellXfs>", re.DOTALL)
_FORM = re.compile(rb"<(?:\w{1,9}:)?xf\b[^<>]*>")


class TooLarge(ValueError):
    """The sheet reaches further than any ledger; `cell` says where, `columns` which way."""

    def __init__(self, cell: str, *, columns: bool) -> None:
        super().__init__(cell)
        self.cell, self.columns = cell, columns


class TooManyCells(ValueError):
    """More cells, even empty ones with a frame, than can be read in reasonable time."""


@dataclass(frozen=True, slots=True)
class Form:
    """How a number is shown. `kind`: number, percent, day, month (年月), day_of_year (月日)."""

    kind: str
    before: str = ""
    after: str = ""


@dataclass(slots=True)
class SheetFacts:
    forms: dict[tuple[int, int], Form] = field(default_factory=dict)  # by row and column, from 0
    hidden_rows: set[int] = field(default_factory=set)


def sheet_facts(
    archive: zipfile.ZipFile, *, max_rows: int, max_columns: int, max_cells: int
) -> dict[str, SheetFacts]:
    """By the sheet's name. Raises TooLarge, TooManyCells, and BadArchive for a broken part."""
    forms = _forms(read_part(archive, "xl/styles.xml") or b"")
    names = _sheet_names(archive)
    found: dict[str, SheetFacts] = {}
    cells = 0
    for part in archive.namelist():
        if not part.endswith(".xml"):
            continue
        content = read_part(archive, part) or b""
        # Cells with a frame and no text count too: they cost the same to read.
        cells += content.count(b"<c ") + content.count(b":c ") + content.count(b"<c>")
        if cells > max_cells:
            raise TooManyCells
        if b"sheetData" in content[:20_000]:
            _check_reach(content, max_rows, max_columns, max_cells)
            found[names.get(part, part)] = _facts(content, forms)
    return found


def _check_reach(content: bytes, max_rows: int, max_columns: int, max_cells: int) -> None:
    """A library keeps a place for every cell from the first to the last."""
    rows, columns = 9_999, 26  # what _FAR leaves out
    for match in _FAR.finditer(content):
        row, column = int(match[2] or match[4]), _column(match[1] or match[3])
        rows, columns = max(rows, row), max(columns, column)
        if row > max_rows or column > max_columns:
            raise TooLarge(_name(row, column), columns=column > max_columns)
    if rows * columns > max_cells:
        places = [(int(row), _column(letters)) for letters, row in _CELL.findall(content)]
        row, column = (
            max(side, default=0) for side in ([p[0] for p in places], [p[1] for p in places])
        )
        if row * column > max_cells:
            raise TooLarge(_name(row, column), columns=column > 100)
    for _left, _top, letters, bottom in _MERGED.findall(content):
        row, column = int(bottom), _column(letters)
        if row > max_rows or column > max_columns:
            raise TooLarge(_name(row, column), columns=column > max_columns)
    far = max((int(row) for row in _FAR_ROW.findall(content)), default=0)
    if far > max_rows and _NAMELESS.search(content):
        raise TooLarge(_name(far, 1), columns=False)


def _facts(content: bytes, forms: dict[int, Form]) -> SheetFacts:
    facts = SheetFacts()
    if forms:
        styles = b"|".join(b"%d" % index for index in forms)
        cell = re.compile(
            _PREFIX + rb'c\b(?=[^<>]*\bs="(' + styles + rb')")[^<>]*\br="([A-Z]{1,3})(\d{1,7})"'
        )
        for match in cell.finditer(content):
            facts.forms[int(match[3]) - 1, _column(match[2]) - 1] = forms[int(match[1])]
    facts.hidden_rows = {int(row) - 1 for row in _HIDDEN_ROW.findall(content)}
    return facts


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _name(row: int, column: int) -> str:
    letters, number = "", column
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def _sheet_names(archive: zipfile.ZipFile) -> dict[str, str]:
    """The name of the sheet that each part holds."""
    targets: dict[str, str] = {}
    for relation in _RELATION.findall(read_part(archive, "xl/_rels/workbook.xml.rels") or b""):
        target = _attribute(relation, "Target")
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        targets[_attribute(relation, "Id")] = path
    sheets = _SHEET.findall(read_part(archive, "xl/workbook.xml") or b"")
    return {
        targets.get(_attribute(sheet, r"\w{1,9}:id"), ""): _attribute(sheet, "name")
        for sheet in sheets
    }


def _attribute(tag: bytes, name: str) -> str:
    match = re.search(rf'\b{name}="([^"]*)"', tag.decode("utf-8", "replace"))
    text = match[1] if match else ""
    for sign, name in (("<", "lt"), (">", "gt"), ('"', "quot"), ("'", "apos"), ("&", "amp")):
        text = text.replace(f"&{name};", sign)
    return text


# --- how a number is shown ------------------------------------------------------------------------

# Forms with a fixed number in Chinese Excel, which no file spells out.
_DAY, _MONTH, _DAY_OF_YEAR = Form("day"), Form("month"), Form("day_of_year")
_BUILT_IN = {
    9: Form("percent"), 10: Form("percent"),
    27: _MONTH, 28: _DAY_OF_YEAR, 29: _DAY_OF_YEAR, 30: _DAY, 31: _DAY, 36: _MONTH,
    50: _MONTH, 51: _DAY_OF_YEAR, 52: _MONTH, 53: _DAY_OF_YEAR, 54: _DAY_OF_YEAR, 57: _MONTH,
    58: _DAY_OF_YEAR,
}  # fmt: skip
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.')
_WITH_WORDS = re.compile(r'^(?:"([^"]*)")?[#0,.?]+(?:"([^"]*)")?$')


def _forms(styles: bytes) -> dict[int, Form]:
    """The forms that differ from plain numbers and dates, by the cell's style."""
    written = dict(_BUILT_IN)
    for number, code in _NUMBER_FORM.findall(styles):
        form = _form(_attribute(b'x="' + code + b'"', "x"))
        if form is not None:
            written[int(number)] = form
    styled = _CELL_FORMS.search(styles)
    found: dict[int, Form] = {}
    for index, tag in enumerate(_FORM.findall(styled[0]) if styled else []):
        number = _attribute(tag, "numFmtId")
        if number.isascii() and number.isdigit() and (form := written.get(int(number))):
            found[index] = form
    return found


def _form(code: str) -> Form | None:
    first = code.partition(";")[0]
    signs = _QUOTED.sub("", first).lower()
    if "%" in signs:
        return Form("percent")
    if "h" not in signs and "s" not in signs and "m" in signs and re.search("[yed]", signs):
        year, day = bool(re.search("[ye]", signs)), "d" in signs
        return _DAY if year and day else (_MONTH if year else _DAY_OF_YEAR)
    words = _WITH_WORDS.match(first)
    if words and (words[1] or words[2]):
        return Form("number", words[1] or "", words[2] or "")
    return None


_FIRST_DAY = dt.date(1899, 12, 30)


def shown(value: object, form: Form | None) -> object:
    """The value as `form` shows it; plain numbers and whole dates are left to the caller."""
    if form is None or isinstance(value, bool):
        return value
    number = isinstance(value, int | float)
    if form.kind in ("day", "month", "day_of_year"):
        if number and 0 < float(value) < 200_000:  # type: ignore[arg-type]
            value = _FIRST_DAY + dt.timedelta(days=int(value))  # type: ignore[call-overload]
        if isinstance(value, dt.date) and form.kind == "month":
            return f"{value.year}年{value.month}月"
        if isinstance(value, dt.date) and form.kind == "day_of_year":
            return f"{value.month}月{value.day}日"
        return value
    if number and form.kind == "percent":
        return f"{plain(float(value) * 100)}%"  # type: ignore[arg-type]
    if number:
        return f"{form.before}{plain(float(value))}{form.after}"  # type: ignore[arg-type]
    return value


def plain(number: float) -> str:
    """95.0 → 95, 0.1 + 0.2 → 0.3: what Excel shows, fifteen digits."""
    return format(number, ".15g") if abs(number) < 1e15 else format(number, ".0f")
