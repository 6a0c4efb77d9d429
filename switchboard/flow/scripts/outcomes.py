"""What must hold when a call of a script is over: how it ended, what it left behind."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from switchboard.flow.scripts.conversation import Conversation
from switchboard.flow.scripts.doubles import Written, row_fits
from switchboard.flow.scripts.forms import Afterwards
from switchboard.flow.scripts.others import NOBODY
from switchboard.flow.scripts.steps import full_name, is_prompt
from switchboard.flow.types import written_form

MESSAGES = ("sms", "email", "fax")


def broken(
    after: Afterwards,
    talks: list[Conversation],
    others: list[Conversation],
    secrets: Iterable[str],
) -> Iterator[str]:
    """Yield a sentence for everything that does not hold.

    Args:
        after: What must hold.
        talks: The calls of the script, the last one last; all of them shared one world.
        others: The calls of other callers in that world.
        secrets: What must stand nowhere, whether it was asked for or not.
    """
    last = talks[-1]
    yield from _ending(after, last)
    if after.overtaken_by is not None:
        yield from _overtaken(after.overtaken_by, last)
    world = last.world
    yield from _rows("created", after.created, world.created, _plain)
    yield from _rows("updated", after.updated, world.updated, _plain)
    yield from _rows("sent", after.sent, world.sent, lambda row, one: _message(row, one, last))
    for drawer in after.not_created:
        if any(one.drawer == drawer for one in world.created):
            yield f"a row of {drawer} was created, and none was expected"
    for name in after.not_heard:
        if any(is_prompt(said, name, talk) for talk in talks for said in talk.heard):
            yield f"{name} was heard, and should not have been"
    for text in (*after.nowhere, *secrets):
        if any(_stands_in(text, trace) for talk in (*talks, *others) for trace in talk.traces()):
            yield f"{text} was left in a saved run, the journal, a row or a speech"


def _ending(after: Afterwards, talk: Conversation) -> Iterator[str]:
    ending = talk.run.ending
    if after.ended_by is not None and talk.ended_by != after.ended_by:
        yield f"ended by {talk.ended_by or 'nobody'}, expected {after.ended_by}"
    if after.ended_at is not None:
        wanted, at = full_name(after.ended_at, talk), _ended_at(talk)
        if at != wanted:
            yield f"ended at {at}, expected {wanted}"
    if after.ends is not None and (ending is None or ending.end != after.ends):
        yield f"came to the end {(ending.end if ending else '') or 'none'}, expected {after.ends}"
    if after.gives is not None:
        given = ending.values if ending else {}
        if not row_fits(given, after.gives):
            yield f"gave {_shown(given)}, expected {_shown(after.gives)}"


def _overtaken(wanted: str, talk: Conversation) -> Iterator[str]:
    earlier = talk.others.overtook()
    if wanted == NOBODY and earlier:
        yield f"{', '.join(earlier)} came later and was served earlier"
    elif wanted not in (NOBODY, *earlier):
        yield f"expected to be overtaken by {wanted}, was by {', '.join(earlier) or NOBODY}"


def _ended_at(talk: Conversation) -> str:
    return talk.node


Match = Callable[[Mapping[str, Any], Mapping[str, Any]], bool]


def _rows(
    what: str, wanted: tuple[Mapping[str, Any], ...] | None, written: list[Written], fits: Match
) -> Iterator[str]:
    """All rows of the drawers that are named must be wanted, and all that are wanted be there."""
    if wanted is None:
        return
    named = {drawer for entry in wanted for drawer in entry}
    left = [one for one in written if one.drawer in named]
    for entry in wanted:
        for drawer, row in entry.items():
            found = next((x for x in left if x.drawer == drawer and fits(x.row, row)), None)
            if found is None:
                there = "; ".join(_shown(x.row) for x in written if x.drawer == drawer) or "nothing"
                yield f"{what} no {drawer} with {_shown(row)}; there is {there}"
            else:
                left.remove(found)
    for one in left:
        yield f"{what} one more {one.drawer}: {_shown(one.row)}"


def _plain(row: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return row_fits(row, wanted)


def _message(row: Mapping[str, Any], wanted: Mapping[str, Any], talk: Conversation) -> bool:
    """A message's text is named by its prompt, or written out."""
    rest = {name: value for name, value in wanted.items() if name != "text"}
    if not row_fits(row, rest):
        return False
    text = wanted.get("text")
    if text is None or row["text"] == text:
        return True
    names = text if isinstance(text, list) else [text]
    full = [_full_prompt(str(name), talk) for name in names]
    return all(name in row["prompts"] for name in full)


def _full_prompt(name: str, talk: Conversation) -> str:
    own = f"{talk.run.root}.{name}"
    return own if own in talk.program.prompts else name


def _shown(row: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f"{name}: {written_form(value)}" for name, value in row.items()) + "}"


def _stands_in(text: str, trace: str) -> bool:
    """Whether *text* stands there for itself: not as a part of a longer number."""
    return re.search(rf"(?<!\d){re.escape(text)}(?!\d)", trace) is not None
