"""The one exception the parser raises on purpose."""


class UnreadableDocument(Exception):
    """The file cannot be read; `message` says in Chinese why, and what the user can do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Busy(UnreadableDocument):
    """Too many files are being read at the moment; this one can be later."""
