"""TIFF files as far as a fax needs them: how many pages one has, and a blank page."""

import struct

HEAD = struct.Struct("<2sHI")
COUNT = struct.Struct("<H")
ENTRY = struct.Struct("<HHII")
NEXT = struct.Struct("<I")
SHORT, LONG = 3, 4
MOST_PAGES = 1000
WIDTH, HEIGHT = 1728, 8  # a fax line, and a strip of them


class NotTiff(Exception):  # noqa: N818 - a state of the file
    """The bytes are no TIFF file of pages."""


def count_pages(content: bytes) -> int:
    """Return how many pages a little-endian TIFF file has.

    Raises:
        NotTiff: see the class.
    """
    try:
        order, magic, place = HEAD.unpack_from(content)
        if (order, magic) != (b"II", 42):
            raise NotTiff("no little-endian TIFF file")
        pages = 0
        while place and pages < MOST_PAGES:
            (entries,) = COUNT.unpack_from(content, place)
            (place,) = NEXT.unpack_from(content, place + COUNT.size + entries * ENTRY.size)
            pages += 1
    except struct.error as fault:
        raise NotTiff("the TIFF file is cut off") from fault
    if not pages:
        raise NotTiff("a TIFF file without a page")
    return pages


def blank_page() -> bytes:
    """Return a TIFF file with one white page: what a machine sends that was given nothing."""
    strip = bytes(WIDTH // 8 * HEIGHT)
    tags = (
        (256, SHORT, WIDTH),
        (257, SHORT, HEIGHT),
        (258, SHORT, 1),
        (259, SHORT, 1),  # not compressed
        (262, SHORT, 0),  # white is zero
        (273, LONG, HEAD.size),
        (277, SHORT, 1),
        (278, SHORT, HEIGHT),
        (279, LONG, len(strip)),
    )
    entries = b"".join(ENTRY.pack(tag, kind, 1, value) for tag, kind, value in tags)
    head = HEAD.pack(b"II", 42, HEAD.size + len(strip))
    return head + strip + COUNT.pack(len(tags)) + entries + NEXT.pack(0)
