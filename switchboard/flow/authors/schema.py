"""JSON Schema for editors, made from the forms of files and the kinds of nodes.

An editor completes keys, shows what each is for, and marks what does not fit; whether names are
there and ways lead on, the check knows. The kind of a node is the one key that is a verb, so the
schema chooses by that key and an error is about *that* kind.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from switchboard.flow.authors.form import node_keys
from switchboard.flow.files import Centre, FlowFile, LibraryFile
from switchboard.flow.kind import Keys, Kind
from switchboard.flow.kinds import KINDS
from switchboard.flow.names import KEYS, MARKS, NAME
from switchboard.flow.scripts.forms import ScriptFile

FILES: Mapping[str, type[BaseModel]] = {
    "flow": FlowFile,
    "library": LibraryFile,
    "centre": Centre,
    "script": ScriptFile,
}
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TARGET = {"type": "string", "pattern": f"^{NAME.pattern}$"}
_SPEECH = {
    "anyOf": [
        {"type": "string"},
        {"$ref": "#/$defs/SpeechItem"},
        {
            "type": "array",
            "minItems": 1,
            "items": {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/SpeechItem"}]},
        },
    ]
}
_HEARD_ONE = {"anyOf": [{"type": "string"}, {"type": "object", "maxProperties": 1}]}
_HEARD = {"anyOf": [*_HEARD_ONE["anyOf"], {"type": "array", "minItems": 1, "items": _HEARD_ONE}]}
_BARE_STEPS = {"enum": ["hangs_up", "stays_silent", "answers"]}
_PROMPT = {
    "type": "object",
    "minProperties": 1,
    "additionalProperties": {"type": "string"},
    "description": "One line for each language, in double quotes; or {sound: name}.",
}
_WORDS = {
    "type": "object",
    "required": ["other"],
    "additionalProperties": {"type": "object", "additionalProperties": {"type": "string"}},
    "description": "Codes and the words for them; `other` for every code nobody thought of.",
}


def schema_of(kind: str) -> dict[str, Any]:
    """Return the JSON Schema of a kind of file.

    Args:
        kind: ``flow``, ``library``, ``centre`` or ``script``.
    """
    model = FILES[kind]
    made = _model_schema(model)
    made["$schema"] = _DIALECT
    made["title"] = f"Switchboard {kind}"
    properties = made["properties"]
    for name, form in (("prompts", _PROMPT), ("words", _WORDS)):
        if name in properties:
            properties[name]["additionalProperties"] = form
    if kind == "flow":
        defs = made.setdefault("$defs", {})
        defs.update({f"node_{verb}": _node(one, defs) for verb, one in KINDS.items()})
        properties["nodes"]["additionalProperties"] = _by_verb()
    return made


def _by_verb() -> dict[str, Any]:
    """A node has exactly one verb; its other keys are those of its kind."""
    return {
        "type": "object",
        "oneOf": [{"required": [verb]} for verb in KINDS],
        "allOf": [
            {"if": {"required": [verb]}, "then": {"$ref": f"#/$defs/node_{verb}"}} for verb in KINDS
        ],
    }


def _node(kind: Kind[Any], defs: dict[str, Any]) -> dict[str, Any]:
    made = _model_schema(kind.model)
    defs.update(made.pop("$defs", {}))
    properties = made["properties"]
    properties["then"] = _then(kind)
    made["properties"] = {key: properties[key] for key in node_keys(kind.verb) if key in properties}
    made["description"] = kind.about
    return made


def _then(kind: Kind[Any]) -> dict[str, Any]:
    """The outcomes of a kind, so that an editor completes them."""
    keys = {Keys.ALL: KEYS, Keys.OWN: KEYS, Keys.MARKS: MARKS}.get(kind.keys, frozenset())
    outcomes = (*kind.outcomes, *sorted(keys), "otherwise", "hung_up", "too_often")
    free = kind.verb in ("decide", "match", "split", "run", "menu")
    ways = {
        "type": "object",
        "properties": dict.fromkeys(outcomes, _TARGET),
        "additionalProperties": _TARGET if free else False,
    }
    return {"description": "What comes next: outcomes to nodes.", "anyOf": [_TARGET, ways]}


def _model_schema(model: type[BaseModel]) -> dict[str, Any]:
    made = model.model_json_schema(by_alias=True, schema_generator=_Written, mode="validation")
    defs = made.get("$defs", {})
    words = {name: defs.pop(name) for name in list(defs) if "enum" in defs[name]}
    found: dict[str, Any] = _without_titles(_in_place(made, words))
    return found


def _in_place(value: Any, words: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a tree of JSON
    """Put lists of words where they are named, so that editors and readers see them there."""
    if isinstance(value, list):
        return [_in_place(one, words) for one in value]
    if not isinstance(value, dict):
        return value
    name = str(value.get("$ref", "")).rpartition("/")[2]
    if name in words:
        rest = {key: one for key, one in value.items() if key != "$ref"}
        return {"enum": words[name]["enum"], **rest}
    return {key: _in_place(one, words) for key, one in value.items()}


class _Written(GenerateJsonSchema):
    """Describes what is written, not what becomes of it."""

    def default_schema(self, schema: Any) -> Any:  # noqa: ANN401 - pydantic's own
        """Leave defaults out: they are values of a program, and stand in the descriptions."""
        return self.generate_inner(schema["schema"])


def _short_form(value: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What authors may write in place of a list; None where they write what the model says."""
    items = value.get("items")
    if value.get("type") != "array" or not isinstance(items, dict):
        return None
    if items == {"$ref": "#/$defs/SpeechItem"}:
        return _SPEECH
    if items == {"$ref": "#/$defs/Step"}:
        return {"type": "array", "items": {"anyOf": [_BARE_STEPS, items]}}
    return _HEARD if items.get("maxLength") == 1 and items.get("type") == "object" else None


def _without_titles(value: Any) -> Any:  # noqa: ANN401 - a tree of JSON
    """Leave out pydantic's titles, and write a speech as authors may."""
    if isinstance(value, list):
        return [_without_titles(one) for one in value]
    if not isinstance(value, dict):
        return value
    short = _short_form(value)
    if short is not None:
        return {**short, **{key: value[key] for key in ("description",) if key in value}}
    made = {
        key: _without_titles(one)
        for key, one in value.items()
        if not (key == "title" and isinstance(one, str))
    }
    if made.get("type") == "object":
        for written, meant in (("minLength", "minProperties"), ("maxLength", "maxProperties")):
            if written in made:
                made[meant] = made.pop(written)
    # What may be left out is left out, never written as nothing.
    ways = [one for one in made.pop("anyOf", ()) if one != {"type": "null"}]
    if len(ways) == 1:
        return {**ways[0], **made}
    return {**made, "anyOf": ways} if ways else made
