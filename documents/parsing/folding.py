"""The folded text: half-width punctuation, every character in its place."""

_FOLD = str.maketrans(
    "（），：∶；．％？！～－–―﹪﹒［］｛｝／＋＜＞０１２３４５６７８９",
    "(),::;.%?!~-——%.[]{}/+<>0123456789",
)


def fold(text: str) -> str:
    """The same text with half-width punctuation; every character keeps its place."""
    return text.translate(_FOLD)
