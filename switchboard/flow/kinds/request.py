"""`request`: asks a system outside over HTTP; its answer is the way."""

import re
from enum import StrEnum
from typing import Annotated
from urllib.parse import quote

from pydantic import Field, PlainValidator, WithJsonSchema

from switchboard.flow.centre_forms import ConnectionForm
from switchboard.flow.effects import Answered, Failed, Request
from switchboard.flow.here import Here
from switchboard.flow.kind import Answer, Kind, Leave, Made, Move, Stage, UnfitAnswer, Wait
from switchboard.flow.nodes import Calling, NodeModel
from switchboard.flow.rendering import value_at
from switchboard.flow.things import ConnectionName
from switchboard.flow.types import written_form
from switchboard.flow.values import UNKNOWN
from switchboard.flow.written import Name, Values, refuse, scalar

HOLE = re.compile(r"\{([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*)\}")


class Method(StrEnum):
    """What is asked."""

    GET = "GET"
    POST = "POST"
    PUT = "PUT"
    DELETE = "DELETE"


def _path(value: object) -> str:
    text = scalar(value, "a path")
    if not text.startswith("/") or "//" in text or ".." in text:
        refuse("a path begins with one /", "such as /v2/waybills/{number}")
    if "{" in HOLE.sub("", text) or "}" in HOLE.sub("", text):
        refuse("in a path { } holds the name of a value", "such as {number}")
    return str(text)


PathText = Annotated[
    str, PlainValidator(_path), WithJsonSchema({"type": "string", "pattern": "^/"})
]


class RequestNode(NodeModel, Calling):
    """Asks a connection of the centre over HTTP. Values in the path are percent-encoded."""

    request: ConnectionName = Field(description="A connection of the centre.")
    path: PathText = Field(description="Path and query; `{value}` stands for a value.")
    method: Method = Field(default=Method.GET, description="GET, POST, PUT or DELETE.")
    with_: Values = Field(default={}, alias="with", description="What is sent along, as JSON.")
    keep_as: Name | None = Field(
        default=None, description="Keeps the body of the answer, `done` or `refused`."
    )


def path_values(node: RequestNode) -> tuple[str, ...]:
    """Return the values that the path names, by their full dotted names."""
    return tuple(HOLE.findall(node.path))


def _enter(here: Here[RequestNode]) -> Move:
    if any(value_at(name, here.scope()) is UNKNOWN for name in path_values(here.model)):
        here.keep(here.model.keep_as, UNKNOWN)
        return Leave("refused")  # nobody has what nobody can name
    return Wait("answered")


def _ask(here: Here[RequestNode]) -> Request:
    model, scope = here.model, here.scope()
    usual = here.program.centre.connections.get(model.request.name) or ConnectionForm()
    return Request(
        connection=model.request.name,
        method=model.method,
        path=HOLE.sub(
            lambda found: quote(written_form(value_at(found[1], scope)), safe=""), model.path
        ),
        body=here.values(model.with_) if model.with_ else None,
        within_ms=here.milliseconds(model.within, usual.within or 5000),
        retries=here.whole(model.retries, usual.retries or 0),
        meanwhile=here.speech(model.meanwhile or ()),
    )


def _answered(here: Here[RequestNode], answer: Answer) -> Move:
    if isinstance(answer, Failed) or (isinstance(answer, Answered) and _is_fault(answer.status)):
        here.keep(here.model.keep_as, UNKNOWN)
        return Leave("failed")
    if not isinstance(answer, Answered):
        raise UnfitAnswer(answer, "an answer")
    here.keep(here.model.keep_as, UNKNOWN if answer.body is None else answer.body)
    return Leave("done" if answer.status < 300 else "refused")


def _is_fault(status: int) -> bool:
    """2xx is a yes and 4xx a no; anything else is a machine that does not do its work."""
    return not (200 <= status < 300 or 400 <= status < 500)


def _made(keep_as: str | None) -> tuple[Made, ...]:
    answered = frozenset({"done", "refused"})
    return () if keep_as is None else (Made(keep_as, "", answered, lost=frozenset({"failed"})),)


KIND = Kind(
    verb="request",
    model=RequestNode,
    enter=_enter,
    outcomes=("done", "refused", "failed"),
    stages={"answered": Stage(_ask, _answered)},
    makes=lambda node: _made(node.keep_as),
    example="""
  find_waybill:
    request: track
    path: /v2/waybills/{number}
    keep_as: reply
    meanwhile: one_moment
    then: {done: read_waybill, refused: no_such_waybill, failed: sorry}
""",
)
