"""The kinds of node: the closed vocabulary of the language, one module for each.

A module holds the form of its kind, its rule, its documentation and an example. A new kind is a new
module and a line here; the manual, the schema for editors and the checks follow from it, and a test
fails until it has its golden run.
"""

from collections.abc import Mapping
from typing import Any

from switchboard.flow.kind import Kind
from switchboard.flow.kinds import (
    ask,
    decide,
    end,
    hang_up,
    language,
    match,
    menu,
    play,
    record,
    run,
    set,  # noqa: A004 - named for its verb
    voicemail,
)

KINDS: Mapping[str, Kind[Any]] = {
    module.KIND.verb: module.KIND
    for module in (
        play,
        menu,
        ask,
        record,
        voicemail,
        language,
        decide,
        match,
        set,
        run,
        end,
        hang_up,
    )
}
"""Every kind by its verb, in the order of the manual."""
