"""What the kinds that write rows have in common: done with the new row, refused, or failed."""

from typing import Any

from switchboard.flow.effects import Done, Failed, Refused
from switchboard.flow.here import Here
from switchboard.flow.kind import Answer, Leave, Move, UnfitAnswer
from switchboard.flow.types import typed
from switchboard.flow.values import UNKNOWN


def written(here: Here[Any], answer: Answer, source: str, keep_as: str | None) -> Move:
    """Return the move after a row was written; the row is kept, if it is to be."""
    if isinstance(answer, Done):
        here.keep(keep_as, typed(answer.values, source, here.program.fields))
        return Leave("done")
    here.keep(keep_as, UNKNOWN)
    return plain(answer)


def plain(answer: Answer) -> Move:
    """Return the move for an answer that gives nothing."""
    if isinstance(answer, Done):
        return Leave("done")
    if isinstance(answer, Refused):
        return Leave("refused")
    if isinstance(answer, Failed):
        return Leave("failed")
    raise UnfitAnswer(answer, "whether it is done")
