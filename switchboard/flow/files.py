"""What stands in the files of the language, apart from their nodes: flow, library, centre.

The nodes of a flow and the texts of a prompt have forms of their own; here they are taken as they
stand, and the loader gives each its form and its place.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, PlainValidator, WithJsonSchema

from switchboard.flow.centre_forms import (
    CalendarForm,
    ConnectionForm,
    Flag,
    Form,
    QueueForm,
    SecretForm,
    SourceForm,
    SpanMs,
    Zone,
)
from switchboard.flow.nodes import Listening, Ways
from switchboard.flow.numbers import Number
from switchboard.flow.types import TypeName
from switchboard.flow.written import Free, Line, Name, Values, refuse, scalar


def _number(value: object) -> str:
    text = scalar(value, "a number")
    if not text.removeprefix("+").isdigit():
        refuse("a number has digits only, with a + before a country code")
    return str(text)


PhoneNumber = Annotated[
    str, PlainValidator(_number), WithJsonSchema({"type": "string", "pattern": r"^\+?\d+$"})
]


class Everywhere(Listening, Form):
    """What holds for every node that does not say otherwise."""

    then: Ways = Field(default={}, description="Ways that hold for every node.")


class Setting(Form):
    """Something that the office changes on a screen, without publishing."""

    type: TypeName = Field(description="Its type.")
    default: Free = Field(default=None, description="Its value until somebody changes it.")
    about: Line = Field(default="", description="What it is, for the screen.")


class FlowFile(Form):
    """A flow."""

    flow: Name = Field(description="Its name; the file's name is the same.")
    about: Line = Field(description="What it is for, for people.")
    languages: tuple[Name, ...] = Field(
        min_length=1, description="Its languages; the first is spoken until a `language` node."
    )
    uses: tuple[Name, ...] = Field(
        default=(), description="Libraries whose prompts and words it uses."
    )
    takes: Mapping[Name, TypeName] = Field(
        default={}, description="What whoever starts it hands over."
    )
    gives: Mapping[Name, TypeName] = Field(default={}, description="What comes back.")
    ends: tuple[Name, ...] = Field(default=(), description="The outcomes its caller must wire.")
    agents_may_use: Flag = Field(
        default=False, description="An agent may send a caller here and gets the caller back."
    )
    start: Name = Field(description="The node it begins at.")
    settings: Mapping[Name, Setting] = Field(default={}, description="What the office may change.")
    everywhere: Everywhere = Field(default=Everywhere(), description="What holds for all nodes.")
    prompts: Mapping[str, Any] = Field(default={}, description="What callers hear.")
    words: Mapping[str, Any] = Field(
        default={}, description="Tables of codes and the words for them."
    )
    nodes: Mapping[str, Any] = Field(min_length=1, description="Its nodes.")


class LibraryFile(Form):
    """Prompts and words for several flows."""

    library: Name = Field(description="Its name; the file's name is the same.")
    about: Line = Field(default="", description="What it is for, for people.")
    languages: tuple[Name, ...] = Field(min_length=1, description="Its languages.")
    prompts: Mapping[str, Any] = Field(default={}, description="What callers hear.")
    words: Mapping[str, Any] = Field(
        default={}, description="Tables of codes and the words for them."
    )


class Mailbox(Form):
    """A mailbox for voice messages."""

    about: Line = Field(default="", description="Whose messages lie here.")
    reply_within: SpanMs | None = Field(default=None, description="How soon a message is answered.")


class Centre(Form):
    """What flows name: one such file for each place they run."""

    centre: Name = Field(description="Its name.")
    about: Line = Field(default="", description="What it is.")
    languages: tuple[Name, ...] = Field(
        default=(), description="The languages that its callers speak."
    )
    zone: Zone | None = Field(
        default=None,
        description="Where it is: `today()` is the day there. Else where its first calendar is.",
    )
    uses: tuple[Name, ...] = Field(
        default=(), description="Libraries whose prompts its numbers name."
    )
    numbers: Mapping[PhoneNumber, Number] = Field(
        default={}, description="What each number begins."
    )
    calendars: Mapping[Name, CalendarForm] = Field(default={}, description="Opening hours.")
    priorities: Mapping[Name, SpanMs] = Field(
        default={}, description="Head start of each priority."
    )
    queues: Mapping[Name, QueueForm] = Field(
        default={}, description="Where callers wait for agents."
    )
    mailboxes: Mapping[Name, Mailbox] = Field(default={}, description="Where messages lie.")
    secrets: Mapping[Name, SecretForm] = Field(
        default={}, description="What is proved by a secret."
    )
    dial_lists: Mapping[Name, tuple[Line, ...]] = Field(
        default={}, description="Numbers that may be dialled."
    )
    sources: Mapping[Name, SourceForm] = Field(
        default={}, description="Where rows are looked up and written."
    )
    connections: Mapping[Name, ConnectionForm] = Field(
        default={}, description="Systems that are asked over HTTP."
    )
    settings: Mapping[Name, Values] = Field(
        default={}, description="Values of the settings of flows."
    )


__all__ = ["Centre", "Everywhere", "FlowFile", "LibraryFile", "Mailbox", "Number", "Setting"]
