"""Several people put the same clauses together at the same moment; one does, the others are told."""

import threading

import pytest

from documents.models import Clause
from tasks.services import clause_structure as structure
from tasks.services.clause_order import Order, Reordered, outline_of
from tests.factories import ClauseFactory
from tests.threads import run_at_once


@pytest.fixture
def three(transactional_db, document):
    return [ClauseFactory(document=document, title=title, body=title) for title in "甲乙丙"]


def merge(three, zhang):
    first = three[0]
    seen = outline_of(three)
    return run_at_once(
        lambda: structure.merge_clause(clause=first, actor=zhang, step=1, outline=seen)
    )


@pytest.mark.django_db(transaction=True)
def test_two_clauses_are_merged_once(three, zhang):
    done, refused = merge(three, zhang)
    assert len(done) == 1
    assert [type(error) for error in refused] == [Reordered] * 3
    left = Clause.objects.order_by("position").values_list("body", flat=True)
    assert list(left) == ["甲\n乙", "丙"]


@pytest.mark.needs_postgres
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_several_believe_they_did(three, zhang, monkeypatch):
    """Shows that the test above can fail."""
    looked = threading.Barrier(4)
    honest = Order.of

    def slow(document, seen=None):
        order = honest(document, seen)
        looked.wait(5)
        return order

    monkeypatch.setattr(structure, "locked_clause", lambda clause: clause)
    monkeypatch.setattr(Order, "of", slow)
    done, _refused = merge(three, zhang)
    assert len(done) > 1
