from documents.parsing.readers.text import decode


def read_text(data: bytes, filename: str) -> str:
    return decode(data)
