"""The one exception the parser raises on purpose."""


class UnreadableDocument(Exception):  # noqa: N818 - the name is the public API
    """The file cannot be read; `message` says in Chinese why, and what the user can do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
