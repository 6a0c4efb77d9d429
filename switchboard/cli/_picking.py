"""How commands find the one thing that somebody names by the beginning of its id, or by `last`."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import click

T = TypeVar("T")


def pick(
    wanted: str, list_some: Callable[[str, int], Sequence[T]], id_of: Callable[[T], str], what: str
) -> T:
    """Return the one thing meant.

    Args:
        wanted: Its id, the beginning of its id, or ``last`` for the newest.
        list_some: Lists the newest things whose ids begin so, so many at most.
        id_of: Gives a thing's id.
        what: What it is called, in the singular; its command is called by the plural.

    Raises:
        ClickException: there is none, or there are several.
    """
    is_last = wanted == "last"
    found = list_some("" if is_last else wanted, 1 if is_last else 2)
    exact = [one for one in found if id_of(one) == wanted]
    if exact or len(found) == 1:
        return (exact or found)[0]
    if found:
        raise click.ClickException(f"several {what}s begin with {wanted!r}: give more of the id")
    if is_last:
        raise click.ClickException(f"there is no {what} yet")
    raise click.ClickException(
        f"no {what} begins with {wanted!r}: `switchboard {what}s` lists them"
    )
