"""Excel files in and out: the only module that knows the Excel libraries.

`read_rows` takes a stranger's workbook apart under limits; the writing side follows below.
"""

import datetime as dt
import io
import warnings
import zipfile
import zlib
from typing import Any

from django.utils.translation import gettext as _

# What a file may hold (SAFETY, trap 4: 213 KB on disk were 59 MB and 655,000 rows inside).
MAX_ROWS = 20_000
MAX_COLUMNS = 256
MAX_CELLS = 600_000
MAX_PARTS = 2_000
MAX_UNPACKED = 100 * 1024 * 1024
MAX_RATIO = 100
# Small parts compress as well as they like: a style sheet of 2 MB in 15 KB harms nobody.
RATIO_COUNTS_FROM = 5 * 1024 * 1024

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")

Sheet = tuple[str, list[list[str]]]


def read_rows(data: bytes) -> list[Sheet]:
    """Name and rows of every visible sheet, each cell as the text a reader sees.

    A merged cell's text stands in every cell it covers; a formula gives the value stored with it
    and is never evaluated; a date reads 2025年6月30日, a number formatted as per cent 95%.
    Empty rows at the end are dropped; all rows of a sheet are equally long. Raises ValueError
    with a message for the user when the file is broken, encrypted, not .xlsx or too large.
    """
    _refuse_hostile(data)
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            # openpyxl warns of every extension it drops (drop-down lists, headers); we read text.
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(data), data_only=True)
    except Exception as error:  # any part of a foreign file may be malformed in any way
        raise ValueError(
            _("文件已损坏,无法读取。请用WPS或Excel打开后另存为.xlsx再上传。")
        ) from error
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if sum(sheet.max_row for sheet in visible) > MAX_ROWS:
        raise ValueError(_too_many_rows())
    return [(sheet.title, _sheet_rows(sheet)) for sheet in visible]


def _refuse_hostile(data: bytes) -> None:
    """Unpack every part once, counting, before any library sees the file."""
    if data.startswith(OLE_MAGIC):
        if ENCRYPTED_STREAM in data:
            raise ValueError(_("文件设有打开密码,无法读取。请取消密码后重新上传。"))
        raise ValueError(_("这是旧版.xls文件,请用WPS或Excel另存为.xlsx再上传。"))
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        parts = archive.infolist()
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise ValueError(_too_large())
        for part in parts:
            if part.flag_bits & 1:
                raise ValueError(_("文件设有打开密码,无法读取。请取消密码后重新上传。"))
            if part.file_size > max(RATIO_COUNTS_FROM, MAX_RATIO * part.compress_size):
                raise ValueError(_too_large())
            # Reading to the end also proves that the size in the directory is true (CRC).
            _inspect(part.filename, archive.read(part))
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError) as error:
        raise ValueError(_("文件不是有效的Excel工作簿(.xlsx),请检查后重新上传。")) from error
    except zlib.error as error:
        raise ValueError(
            _("文件已损坏,无法读取。请用WPS或Excel打开后另存为.xlsx再上传。")
        ) from error


def _inspect(name: str, content: bytes) -> None:
    if not name.lower().endswith((".xml", ".rels")):
        return
    if b"<!DOCTYPE" in content[:4096].upper() or b"<!ENTITY" in content[:4096].upper():
        raise ValueError(_("文件含有不允许的内容(外部实体),不能导入。"))
    # Cells with a style and no text count too: they cost the same to read.
    if content.count(b"<c ") + content.count(b":c ") > MAX_CELLS:
        raise ValueError(_too_many_rows())


def _too_large() -> str:
    return _("文件解压后过大,不能导入。请删除多余的空行和图片后重新上传。")


def _too_many_rows() -> str:
    return _("表格超过%d行,不能导入。请删除末尾多余的空行或拆成几个文件。") % MAX_ROWS


def _sheet_rows(sheet: Any) -> list[list[str]]:
    if sheet.max_column > MAX_COLUMNS:
        raise ValueError(
            _("工作表“%(name)s”超过%(limit)d列,不能导入。请删除右侧多余的空列。")
            % {"name": sheet.title, "limit": MAX_COLUMNS}
        )
    rows = [[_text(cell) for cell in row] for row in sheet.iter_rows()]
    for merged in sheet.merged_cells.ranges:
        left, top, right, bottom = merged.bounds
        text = rows[top - 1][left - 1]
        for row in rows[top - 1 : bottom]:
            row[left - 1 : right] = [text] * len(row[left - 1 : right])
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def _text(cell: Any) -> str:
    """A cell's value as a reader sees it, without the blanks around it."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, dt.datetime | dt.date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        percent = "%" in (cell.number_format or "")
        return f"{_plain(value * 100)}%" if percent else _plain(value)
    return str(value).strip()


def _plain(number: float) -> str:
    """95.0 → 95, 0.1 + 0.2 → 0.3: what Excel shows, fifteen digits."""
    return format(number, ".15g") if abs(number) < 1e15 else format(number, ".0f")
