"""Numbers as people read them."""

from decimal import Decimal


def plain(value: Decimal) -> str:
    """95.300000 → 95.3, 100.000000 → 100: as many decimals as there is something to say."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


RATIO = "1:N"


def measured(value: Decimal, unit: str) -> str:
    """A value with its unit: 95.3%, 12万人; a ratio of doctors to nurses reads 1:0.81."""
    return f"1:{plain(value)}" if unit == RATIO else f"{plain(value)}{unit}"
