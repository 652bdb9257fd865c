"""A part of a file, which a browser asks for to jump within a video (RFC 9110, section 14)."""

import re


def asked_range(header: str, size: int) -> tuple[int, int] | None:
    """The first byte and the one after the last, of a header Range; None where the whole file is to be sent.

    That is so for what is no range of bytes, and for several at once. ValueError for one that begins beyond the end.
    """
    found = re.fullmatch(r"bytes=(\d*)-(\d*)", header.strip())
    if found is None or found[0].endswith("=-"):
        return None
    first, last = found[1], found[2]
    if not first:
        if int(last) == 0 or size == 0:
            raise ValueError(header)
        return max(0, size - int(last)), size
    if int(first) >= size:
        raise ValueError(header)
    if last and int(last) < int(first):
        return None
    return int(first), min(size, int(last) + 1) if last else size
