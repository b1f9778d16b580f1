"""Office files are zip archives: opening a stranger's within bounds (SAFETY, trap 4).

The one home of these limits, for documents and workbooks alike. No Django in here, since the
child that reads documents does not load it.
"""

import io
import re
import zipfile

MAX_UNPACKED = 100 * 1024 * 1024  # bytes of all parts
MAX_XML = 32 * 1024 * 1024  # bytes of one part that is read: a thousand pages take less
MAX_TAGS = 350_000  # of one part that becomes a tree in memory; 5,000 cells of Word take less
MAX_RATIO = 100
MAX_ENTRIES = 2_000
RATIO_COUNTS_FROM = 1024 * 1024  # a short, very even part may pack better than 100 : 1

_ENTITIES = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)


class BadArchive(ValueError):
    """The message says to the user what is wrong and what to do."""


class NotAnArchive(BadArchive):
    """No archive at all, or one cut short."""


def open_archive(data: bytes) -> zipfile.ZipFile:
    """The archive, whose declared sizes are within bounds. Raises BadArchive."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise NotAnArchive("文件已损坏，无法打开，请重新另存后再上传。") from error
    if len(entries) > MAX_ENTRIES:
        raise BadArchive("文件内部条目过多，无法安全读取，请另存为普通文档后再上传。")
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise BadArchive("文件解压后超过100 MB，无法安全读取，请精简内容后再上传。")
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise BadArchive("文件设有密码，无法读取，请取消密码后再上传。")
        if entry.file_size > max(RATIO_COUNTS_FROM, MAX_RATIO * entry.compress_size):
            raise BadArchive("文件压缩比异常，解压后过大，无法安全读取，请另存为普通文档后再上传。")
    return archive


def read_part(archive: zipfile.ZipFile, name: str) -> bytes | None:
    """One XML part, never more than it declares; None when it is not there. Raises BadArchive."""
    try:
        entry = archive.getinfo(name)
    except KeyError:
        return None
    if entry.file_size > MAX_XML:
        raise BadArchive("文件内容过大，无法安全读取，请删去多余的空行、空列和图片后再上传。")
    try:
        with archive.open(entry) as stream:
            part = stream.read(entry.file_size + 1)
    except Exception as error:  # zlib.error and its like are of many kinds
        raise BadArchive("文件已损坏，无法打开，请重新另存后再上传。") from error
    if len(part) > entry.file_size:
        raise BadArchive("文件大小与内容不符，无法安全读取，请重新另存后再上传。")
    # Office never writes a DOCTYPE; with one, text behind an entity is lost without an error.
    if _ENTITIES.search(part) or _ENTITIES.search(part[:65536].replace(b"\x00", b"")):
        raise BadArchive(
            "文件含有不安全的XML声明（外部实体），请用Word、WPS或Excel重新另存后再上传。"
        )
    return part


def check_tree(part: bytes) -> None:
    """Raises BadArchive when the part's tree would fill the memory."""
    if part.count(b"<") > MAX_TAGS:
        raise BadArchive("文件内容过于复杂，无法安全读取，请将正文复制到新文档后再上传。")
