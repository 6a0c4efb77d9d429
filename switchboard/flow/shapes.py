"""From pydantic's errors to faults: every field that is wrong, at its place in the file.

Works for any model that a document is validated with, settings too. Says what should stand there in
the words of the model's own validators where those exist, and names what was probably meant for a
key that nobody knows.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from switchboard.flow.faults import Fault, meant
from switchboard.flow.source import Document, Path

_SENTENCES: Mapping[str, str] = {
    "int_parsing": "a whole number is written here, such as 5",
    "float_parsing": "a number is written here, such as 0.5",
    "bool_parsing": "true or false is written here",
    "dict_type": "entries of the form 'key: value' stand here",
    "model_type": "entries of the form 'key: value' stand here",
    "list_type": "a list stands here",
    "tuple_type": "a list stands here",
    "string_type": "a single value stands here, not a list and not entries",
    "too_short": "this is empty",
    "string_too_short": "this is empty",
}

_NOT_YET: Mapping[str, str] = {
    "phrases": "speech is not understood yet: let a key be pressed, or record what is said",
    "talk_keys": "keys during a talk are not there yet",
}
"""Keys whose place is kept for what comes later (flow-language.md, 13)."""


def shape_faults(
    document: Document, error: ValidationError, model: type[BaseModel], at: Path = ()
) -> Iterator[Fault]:
    """Yield a fault for everything that *error* found.

    Args:
        document: Where the values come from.
        error: What validating them gave.
        model: The model they were validated with.
        at: Where in the document the validated part stands.
    """
    details = error.errors(include_url=False, include_context=True)
    places = {detail["loc"] for detail in details}
    for detail in details:
        loc = detail["loc"]
        # What is empty only because what stood in it was wrong is not told twice.
        inner_is_wrong = any(len(one) > len(loc) and one[: len(loc)] == loc for one in places)
        if not (detail["type"] == "too_short" and inner_is_wrong):
            yield _fault(document, detail, model, at)


def _fault(document: Document, detail: ErrorDetails, model: type[BaseModel], at: Path) -> Fault:
    loc = tuple(step for step in detail["loc"] if step != "[key]")
    path = (*at, *loc)
    kind, written = detail["type"], detail["input"]
    if kind == "extra_forbidden":
        hint = _NOT_YET.get(str(loc[-1])) or meant(str(loc[-1]), _keys_at(model, loc[:-1]))
        return document.fault(path, "S02", f"there is no key '{loc[-1]}' here", hint, of_key=True)
    if kind == "missing":
        hint = _about(model, loc)
        return document.fault(path[:-1], "S03", f"'{loc[-1]}' is missing here", hint, of_key=True)
    sentence = _SENTENCES.get(kind, detail["msg"].removeprefix("Value error, "))
    shown = f": {written!s:.60}" if isinstance(written, str) and written else ""
    context = detail.get("ctx", {})
    code, hint = str(context.get("code", "S01")), str(context.get("hint", ""))
    # A validator of our own may refuse an entry by its key; pydantic marks that by "[key]".
    return document.fault(path, code, f"{sentence}{shown}", hint, of_key="[key]" in detail["loc"])


def _keys_at(model: type[BaseModel], loc: Path) -> Iterator[str]:
    """Yield the keys that may stand at *loc*, as they are written."""
    models = _models_below(model, loc)
    for found in models[:1]:
        for name, field in found.model_fields.items():
            yield field.alias or name


def _about(model: type[BaseModel], loc: Path) -> str:
    """What the key at *loc* is for, as its model describes it."""
    for found in _models_below(model, loc[:-1])[:1]:
        for name, field in found.model_fields.items():
            if (field.alias or name) == loc[-1] and field.description:
                return field.description[:1].lower() + field.description[1:].rstrip(".")
    return ""


def _models_below(annotation: object, loc: Path) -> list[type[BaseModel]]:
    """The models that may stand at *loc* below *annotation*."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if not loc:
            return [annotation]
        for name, field in annotation.model_fields.items():
            if (field.alias or name) == loc[0]:
                return _models_below(field.annotation, loc[1:])
        return []
    inside = get_origin(annotation) in (dict, list, tuple, Mapping, Sequence)
    below = loc[1:] if inside else loc
    if inside and not loc:
        return []
    return [found for part in get_args(annotation) for found in _models_below(part, below)]
