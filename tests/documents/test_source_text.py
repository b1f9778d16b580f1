"""The text is cut where clauses begin and end, and nothing of it is lost."""

import pytest

from documents.models import Clause
from documents.source_text import counterpart, pieces

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


def test_a_clause_that_covers_nothing_is_marked_where_it_belongs():
    added = clause(7, 7)
    assert drawn(pieces(TEXT, [clause(2, 7), added], added)) == [
        ("前言", None, False),
        ("一甲乙丙丁", 2, False),
        ("", 7, True),
        ("二结尾", None, False),
    ]
    last = clause(len(TEXT), len(TEXT))
    *_, end = pieces(TEXT, [last], last)
    assert (end.text, end.is_current, end.opens_current) == ("", True, True)
    assert pieces("", [clause(0, 0)], clause(0, 0)) == []


@pytest.mark.parametrize(
    ("text", "other", "at", "place"),
    [
        ("1.做甲。做乙。（市局负责）", "做甲。做乙。", 6, 4),  # behind 做甲。 the marker is gone
        ("1.做甲。做乙。（市局负责）", "做甲。做乙。", 1, 0),
        ("1.做甲。做乙。（市局负责）", "做甲。做乙。", 12, 6),
        ("做甲。做乙。", "1.做甲。做乙。（市局负责）", 3, 5),
        ("1.做甲工作。做乙工作。", "做好甲工作。做乙工作。", 7, 6),  # corrected by a person
        ("1.做甲工作。做乙工作。", "", 7, 0),
    ],
)
def test_a_place_is_found_again_in_the_other_wording(text, other, at, place):
    assert counterpart(text, other, at) == place
