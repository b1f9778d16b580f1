"""Numbers as people read them."""

from decimal import Decimal


def plain(value: Decimal) -> str:
    """95.300000 → 95.3, 100.000000 → 100: as many decimals as there is something to say."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
