"""How commands show records on a terminal: tables, moments, and text that came from outside."""

from collections.abc import Sequence
from datetime import datetime
from unicodedata import east_asian_width

import click
import orjson


def printable(text: object) -> str:
    """Return text that does nothing to a terminal: what is not printable stands as its escape.

    A caller chooses a display name; it must not clear the screen of who reads it, or turn the
    line around.
    """
    return "".join(c if c.isprintable() else _escape(c) for c in str(text))


def local(moment: datetime) -> str:
    """Return a moment in this machine's zone, to the second."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M:%S}"


def length(begun: datetime, ended: datetime | None) -> str:
    """Return how long something lasted, as ``1:02:03`` or ``2:03``; ``live`` when it has no end."""
    if ended is None:
        return "live"
    minutes, seconds = divmod(round((ended - begun).total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def echo_table(titles: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows below their titles, in columns as wide as what they hold."""
    texts = [titles, *([printable(cell) for cell in row] for row in rows)]
    widths = [max(map(_cells, column)) for column in zip(*texts, strict=True)]
    for row in texts:
        padded = (
            text + " " * (width - _cells(text)) for text, width in zip(row, widths, strict=True)
        )
        click.echo("  ".join(padded).rstrip())


def echo_json(document: object) -> None:
    """Print a document for programs: JSON, moments in ISO 8601.

    A person may read it too: what would do something to a terminal stands as JSON's own escape.
    """
    text = orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()
    click.echo("".join(c if c.isprintable() or c == "\n" else _json_escape(c) for c in text))


def _json_escape(character: str) -> str:
    units = character.encode("utf-16-be").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def _escape(character: str) -> str:
    # Wide spaces are no danger, only unprintable by Python's definition.
    return (
        " "
        if character.isspace() and character > "\x20" and ord(character) != 0x85
        else (ascii(character)[1:-1])
    )


def _cells(text: str) -> int:
    """How many cells of a terminal the text takes; Chinese takes two each."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
