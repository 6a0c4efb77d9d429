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
    call_back,
    change_secret,
    choose,
    conference,
    create,
    decide,
    dial,
    end,
    hang_up,
    hours,
    language,
    look_up,
    look_up_all,
    match,
    menu,
    play,
    queue,
    receive_fax,
    record,
    request,
    run,
    send,
    set,  # noqa: A004 - named for its verb
    split,
    survey,
    tell_agent,
    update,
    verify,
    voicemail,
)

KINDS: Mapping[str, Kind[Any]] = {
    module.KIND.verb: module.KIND
    for module in (
        play,
        menu,
        ask,
        choose,
        verify,
        change_secret,
        record,
        voicemail,
        survey,
        receive_fax,
        language,
        queue,
        call_back,
        dial,
        conference,
        tell_agent,
        hours,
        decide,
        match,
        split,
        set,
        look_up,
        look_up_all,
        create,
        update,
        request,
        send,
        run,
        end,
        hang_up,
    )
}
"""Every kind by its verb, in the order of the manual."""
