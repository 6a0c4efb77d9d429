"""Names of things: what a flow names, and in which drawer the thing of that name lies.

A flow names prompts and other flows of its own files, and queues, calendars, mailboxes, sources and
the like of the centre. Each reference knows its drawer, so one walk over a node finds them all.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import PlainValidator, WithJsonSchema

from switchboard.flow.formulas import Formula
from switchboard.flow.names import NAME
from switchboard.flow.written import or_formula, refuse, scalar


class Drawer(StrEnum):
    """Where things with names lie."""

    PROMPT = "prompt"
    FLOW = "flow"
    QUEUE = "queue"
    PRIORITY = "priority"
    CALENDAR = "calendar"
    MAILBOX = "mailbox"
    SOURCE = "source"
    CONNECTION = "connection"
    SECRET = "secret"  # noqa: S105 - a word of the flow language
    DIAL_LIST = "dial_list"
    DOCUMENT = "document"
    LANGUAGE = "language"
    END = "end"


@dataclass(frozen=True, slots=True)
class Ref:
    """A thing by its name.

    Attributes:
        drawer: Where it lies.
        name: Its name as it is written, with at most one dot: ``house.sorry``.
    """

    drawer: Drawer
    name: str

    def __str__(self) -> str:
        """The name."""
        return self.name


_REFERENCE = re.compile(rf"{NAME.pattern}(\.{NAME.pattern})?")
_SCHEMA = {"type": "string", "pattern": rf"^(=.+|{_REFERENCE.pattern})$"}


def _reader(drawer: Drawer) -> Callable[[str], Ref]:
    def read(text: str) -> Ref:
        if not _REFERENCE.fullmatch(text):
            refuse(f"the name of a {drawer} stands here", "with at most one dot, as house.sorry")
        return Ref(drawer, str(text))

    return read


def _fixed(drawer: Drawer) -> Callable[[object], Ref]:
    read = _reader(drawer)

    def validate(value: object) -> Ref:
        return value if isinstance(value, Ref) else read(scalar(value, f"the name of a {drawer}"))

    return validate


def _given(drawer: Drawer) -> PlainValidator:
    return PlainValidator(or_formula(_reader(drawer), f"the name of a {drawer}"))


_BY_NAME = WithJsonSchema({"type": "string", "pattern": rf"^{_REFERENCE.pattern}$"})
_BY_VALUE = WithJsonSchema(_SCHEMA)

PromptName = Annotated[Ref | Formula, _given(Drawer.PROMPT), _BY_VALUE]
QueueName = Annotated[Ref | Formula, _given(Drawer.QUEUE), _BY_VALUE]
PriorityName = Annotated[Ref | Formula, _given(Drawer.PRIORITY), _BY_VALUE]
CalendarName = Annotated[Ref | Formula, _given(Drawer.CALENDAR), _BY_VALUE]
MailboxName = Annotated[Ref | Formula, _given(Drawer.MAILBOX), _BY_VALUE]
LanguageName = Annotated[Ref | Formula, _given(Drawer.LANGUAGE), _BY_VALUE]
DocumentName = Annotated[Ref | Formula, _given(Drawer.DOCUMENT), _BY_VALUE]
FlowName = Annotated[Ref, PlainValidator(_fixed(Drawer.FLOW)), _BY_NAME]
EndName = Annotated[Ref, PlainValidator(_fixed(Drawer.END)), _BY_NAME]
SourceName = Annotated[Ref, PlainValidator(_fixed(Drawer.SOURCE)), _BY_NAME]
ConnectionName = Annotated[Ref, PlainValidator(_fixed(Drawer.CONNECTION)), _BY_NAME]
SecretName = Annotated[Ref, PlainValidator(_fixed(Drawer.SECRET)), _BY_NAME]
DialListName = Annotated[Ref, PlainValidator(_fixed(Drawer.DIAL_LIST)), _BY_NAME]
