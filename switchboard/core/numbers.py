"""Telephone numbers as text, where only their form matters."""

import re

_PRESENTABLE = re.compile(r"\+?[0-9]{1,32}", re.ASCII)


def presentable(number: str) -> str:
    """Return *number* when it may be shown as a calling number, else nothing.

    What callers deliver as their number is text from outside: only digits, with an optional
    leading ``+``, ever go on to another phone.
    """
    return number if _PRESENTABLE.fullmatch(number) else ""
