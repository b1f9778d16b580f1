"""Annex tables: 序号 · 重点任务 · 具体内容 · 牵头单位 · 配合单位 · 完成时限. A row is a task.

`find_tables` says where they are, so that the outline of the text leaves them out; `TableReader`
makes tasks of their rows, and `merge` puts these beside the tasks of the text.
"""

from documents.parsing.tables.cells import CELL_BREAK, is_row
from documents.parsing.tables.finding import Table, find_tables

__all__ = ["CELL_BREAK", "Table", "find_tables", "is_row"]
