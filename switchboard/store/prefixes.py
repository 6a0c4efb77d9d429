"""What begins so: a range of code points, which an index finds, the same on every engine.

``LIKE`` would need escapes, and its case and its use of indexes differ between the engines.
"""

import peewee

LAST_CHARACTER = 0x10FFFF
# Surrogates are no characters: no text in a database holds one.
LAST_BEFORE_SURROGATES, FIRST_BEHIND_SURROGATES = 0xD7FF, 0xE000


def begins(engine: peewee.Database, column: "peewee.Field[str]", prefix: str) -> peewee.Expression:
    """Return the condition that *column* begins with *prefix*, which is not empty."""
    collated = in_code_points(engine, column)
    found = collated >= prefix
    behind = _next_behind(prefix)
    return found & (collated < behind) if behind else found


def in_code_points(engine: peewee.Database, column: "peewee.Field[str]") -> peewee.ColumnBase:
    """Return *column*, compared by code points, whatever the database's language is."""
    if isinstance(engine, peewee.PostgresqlDatabase):
        return peewee.NodeList((column, peewee.SQL('COLLATE "C"')))
    return column


def _next_behind(prefix: str) -> str | None:
    """The first text behind all that begin so; None when there is none."""
    kept = prefix.rstrip(chr(LAST_CHARACTER))
    if not kept:
        return None
    last = ord(kept[-1])
    following = FIRST_BEHIND_SURROGATES if last == LAST_BEFORE_SURROGATES else last + 1
    return kept[:-1] + chr(following)
