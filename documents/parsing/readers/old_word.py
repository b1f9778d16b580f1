"""A .doc or .wps file's text: converted to .docx, then read as one."""

from __future__ import annotations

import tempfile
from pathlib import Path

from documents.parsing.errors import UnreadableDocument
from documents.parsing.readers import limits
from documents.parsing.readers.word import main_part, read_word

_UNREADABLE = "这份旧版Word文件(.doc或.wps)系统没能读出，请用Word或WPS打开后另存为.docx再上传。"
_ENCRYPTED = "文件已加密，请解除密码保护后再上传。"


def read_old_word(data: bytes) -> tuple[str, list[str]]:
    """Text and warnings. Raises UnreadableDocument."""
    from doc2docx import convert
    from doc2docx.errors import EncryptedDocumentError

    # The converter knows files only. isolation.py gives the child a folder of its own for them.
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "a.doc"), Path(folder, "a.docx")
        source.write_bytes(data)
        try:
            convert(source, target)
            converted = target.read_bytes()
        except EncryptedDocumentError as error:
            raise UnreadableDocument(_ENCRYPTED) from error
        except MemoryError:
            raise
        except Exception as error:  # a stranger's file breaks it in any way
            raise UnreadableDocument(_UNREADABLE) from error
    with limits.open_zip(converted) as package:
        part = main_part(package)
        if part is None:
            raise UnreadableDocument(_UNREADABLE)
        return read_word(package, part)
