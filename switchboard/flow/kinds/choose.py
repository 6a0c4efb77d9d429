"""`choose`: reads a list out, a key for each of it."""

from pydantic import Field

from switchboard.flow.effects import Failed, Keyed, Keypad, Listen, Silent
from switchboard.flow.here import Here
from switchboard.flow.kind import Answer, Keys, Kind, Leave, Made, Move, Stage, UnfitAnswer, Wait
from switchboard.flow.listening import SILENT, WRONG, again, listen
from switchboard.flow.names import key_of
from switchboard.flow.nodes import Listening, NodeModel
from switchboard.flow.speeches import Speech
from switchboard.flow.spoken import KeySign
from switchboard.flow.things import PromptName
from switchboard.flow.values import Value
from switchboard.flow.written import Free, Name, Whole

MOST_KEYS = 9  # 1 to 9


class Choose(NodeModel, Listening):
    """Says a prompt for each item of a list; the caller chooses one by its key, 1 to 9.

    A key of `everywhere` that the list has dealt out chooses from the list.
    """

    choose: PromptName = Field(description="Said for each item, with `item`, `key` and `nth`.")
    from_: Free = Field(alias="from", description="The list.")
    intro: Speech | None = Field(default=None, description="Said before.")
    keep_as: Name = Field(description="Keeps the item that was chosen under this name.")
    at_most: Whole = Field(default=MOST_KEYS, description="So many items at most (9).")


def _items(here: Here[Choose]) -> list[Value]:
    found = here.value(here.model.from_)
    if not isinstance(found, (list, tuple)):
        return []
    return list(found[: min(MOST_KEYS, here.whole(here.model.at_most, MOST_KEYS))])


def _enter(here: Here[Choose]) -> Move:
    return Wait("keyed") if _items(here) else Leave("none")


def _ask(here: Here[Choose]) -> Listen:
    speech = here.speech(here.model.intro or ())
    for nth, item in enumerate(_items(here), start=1):
        said = here.prompt(here.model.choose, item=item, nth=nth, key=KeySign(nth))
        speech = (*speech, *said)
    return listen(here, speech, Keypad(longest=1))


def _keyed(here: Here[Choose], answer: Answer) -> Move:
    if isinstance(answer, (Silent, Failed)):
        return again(here, SILENT, "keyed")
    if not isinstance(answer, Keyed):
        raise UnfitAnswer(answer, "keys or silence")
    items, key = _items(here), key_of(answer.keys)
    if answer.keys.isdecimal() and 1 <= int(answer.keys) <= len(items):
        here.keep(here.model.keep_as, items[int(answer.keys) - 1])
        return Leave("chosen")
    return Leave(key) if here.node.works(key) else again(here, WRONG, "keyed")


KIND = Kind(
    verb="choose",
    model=Choose,
    enter=_enter,
    outcomes=("chosen", "none", "silent", "wrong"),
    stages={"keyed": Stage(_ask, _keyed)},
    keys=Keys.ALL,
    is_menu=True,
    makes=lambda node: (Made(node.keep_as, f"item:{node.from_}", frozenset({"chosen"})),),
    example="""
  pick_day:
    choose: offer_slot
    from: =slots
    intro: choose_day
    keep_as: slot
    then: {chosen: book, none: no_slots, silent: people, wrong: people}
""",
)
