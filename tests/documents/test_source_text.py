"""The text is cut where clauses begin and end, and nothing of it is lost."""

from documents.models import Clause
from documents.source_text import pieces

TEXT = "前言一甲乙丙丁二结尾"


def clause(start, end):
    return Clause(start=start, end=end)


def drawn(found):
    return [(piece.text, piece.clause and piece.clause.start, piece.is_current) for piece in found]


def test_text_before_between_and_after_clauses_belongs_to_nobody():
    first, second = clause(2, 7), clause(7, 8)
    assert drawn(pieces(TEXT, [first, second], second)) == [
        ("前言", None, False),
        ("一甲乙丙丁", 2, False),
        ("二", 7, True),
        ("结尾", None, False),
    ]


def test_a_sub_item_lies_within_its_parent():
    parent, child = clause(2, 7), clause(4, 6)
    assert drawn(pieces(TEXT, [parent, child], parent)) == [
        ("前言", None, False),
        ("一甲", 2, True),
        ("乙丙", 4, True),
        ("丁", 2, True),
        ("二结尾", None, False),
    ]
    opening = [piece.text for piece in pieces(TEXT, [parent, child], parent) if piece.opens_current]
    assert opening == ["一甲"]


def test_places_outside_the_text_are_ignored():
    found = pieces(TEXT, [clause(5, 5), clause(8, 99)], None)
    assert drawn(found) == [(TEXT, None, False)]
    assert pieces("", [], None) == []
