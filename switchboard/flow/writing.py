"""What the kinds that write rows have in common: done with the new row, refused, or failed."""

from typing import Any

from switchboard.flow.effects import Done, Failed, Refused
from switchboard.flow.here import Here
from switchboard.flow.kind import Answer, Leave, Made, Move, UnfitAnswer
from switchboard.flow.types import typed


def written(here: Here[Any], answer: Answer, source: str, keep_as: str | None) -> Move:
    """Return the move after a row was written; the row is kept, if it is to be.

    What could not be written takes nothing away: a row that was known stays known.
    """
    if isinstance(answer, Done):
        here.keep(keep_as, typed(answer.values, source, here.program.fields))
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


def row_made(source: str, keep_as: str | None) -> tuple[Made, ...]:
    """Return the value that a written row is kept as."""
    if keep_as is None:
        return ()
    return (Made(keep_as, source, frozenset({"done"})),)
