"""Chinese numerals as the library writes them and as offices do."""

from decimal import Decimal

import cn2an
import pytest

from documents.parsing.numerals import chinese_integer, number


def test_as_the_library_writes_them():
    values = [*range(1, 400), *range(990, 120_000, 487), 350_000, 120_000_000]
    assert [chinese_integer(cn2an.an2cn(value)) for value in values] == values


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("二〇一二", 2012),
        ("两万", 20_000),
        ("一百零五", 105),
        ("十二", 12),
        ("3.5", Decimal("3.5")),
        ("1,200", 1200),
        ("1.2万", 12_000),
        ("九点五", Decimal("9.5")),
        ("三亿", 300_000_000),
        ("一亿二千万", 120_000_000),
    ],
)
def test_as_offices_write_them(words, value):
    assert number(words) == value


@pytest.mark.parametrize("words", ["", "几", "三甲", "百姓"])
def test_what_is_no_number(words):
    assert number(words) is None
