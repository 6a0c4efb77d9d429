"""The reference of the author's manual, made from the forms, kinds, styles, functions and codes.

Pages in Markdown; `tools/write_manual.py` writes them into `docs/flows/`, and a test fails when
they are not what is made here. What authors read first, `docs/flows.md`, is written by hand.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from switchboard.flow.authors.schema import FILES, schema_of
from switchboard.flow.codes import CODES
from switchboard.flow.functions import FUNCTIONS
from switchboard.flow.kind import Keys, Kind
from switchboard.flow.kinds import KINDS
from switchboard.flow.nodes import Calling, Listening
from switchboard.flow.spoken import STYLES, speak
from switchboard.flow.types import PLAIN_TYPES
from switchboard.flow.values import Value

MADE = "<!-- Made by tools/write_manual.py from the language itself; do not edit. -->"
NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
_LISTENING = tuple(Listening.model_fields)
_CALLING = tuple(Calling.model_fields)
_SHARED = ("about", "visits", "then")
_SPAN = "a time: `4s`, `10m`, `2h`"
_NUMBER_KEYS: Mapping[Keys, str] = {
    Keys.NONE: "",
    Keys.OWN: "the keys it writes itself; none of `everywhere`",
    Keys.MARKS: "`star` and `hash`, as the first key",
    Keys.ALL: "`0` to `9`, `star`, `hash`",
}


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake as a test makes it.

    Attributes:
        code: Its code.
        right: What should stand there.
        wrong: What stands there.
        told: What the check says.
    """

    code: str
    right: str
    wrong: str
    told: str


def pages(mistakes: Sequence[Mistake]) -> dict[str, str]:
    """Return the text of every page by its file name."""
    made = {
        "kinds.md": _kinds(),
        "files.md": _files(),
        "values.md": _values(),
        "mistakes.md": _mistakes(mistakes),
    }
    return {name: f"{MADE}\n\n" + "\n".join(lines) + "\n" for name, lines in made.items()}


# --- kinds ------------------------------------------------------------------------------------


def _kinds() -> Iterator[str]:
    yield from (
        "# The kinds of node",
        "",
        "Every kind takes `about` (the label that people see), `visits` (how often one run may",
        "come here; once more leaves by `too_often`) and, last, `then`. A key in **bold** is",
        "required.",
        "The first outcome is the good one: `then: main` alone is for it.",
        "",
        " · ".join(f"[{verb}](#{verb})" for verb in KINDS),
        "",
    )
    defs = schema_of("flow")["$defs"]
    for verb, kind in KINDS.items():
        yield from _kind(verb, kind, defs)
    yield from ("## How a node listens", "", "Kinds that listen take these, or have them from")
    yield from ("`everywhere`. In brackets what holds when nobody says anything.", "")
    yield from _table(defs["node_menu"], only=_LISTENING)
    yield from ("## How a node waits for the world outside", "")
    yield from _table(defs["node_look_up"], only=_CALLING)
    yield from ("## What a speech may hold", "", "A prompt's name, or a list of these.", "")
    yield from _table(defs["SpeechItem"])


def _kind(verb: str, kind: Kind[Any], defs: Mapping[str, Any]) -> Iterator[str]:
    node = defs[f"node_{verb}"]
    yield from (f"## {verb}", "", _one_line(kind.about), "", "```yaml", kind.example.strip("\n"))
    yield from ("```", "")
    keys = node["properties"].keys()
    shared = [one for one in (_LISTENING, _CALLING) if keys >= set(one)]
    yield from _table(node, leave_out=(*_SHARED, *(key for one in shared for key in one)))
    if _LISTENING in shared:
        yield from ("It [listens](#how-a-node-listens).", "")
    if _CALLING in shared:
        yield from ("It [waits for the world](#how-a-node-waits-for-the-world-outside).", "")
    for name in _parts_of(node, defs):
        yield from (f"In each of these (*{_one_line(defs[name].get('description', name))}*):", "")
        yield from _table(defs[name])
    outcomes = [f"`{outcome}`" for outcome in kind.outcomes]
    if _NUMBER_KEYS[kind.keys]:
        outcomes.append(_NUMBER_KEYS[kind.keys])
    if verb in _OWN:
        outcomes.append(_OWN[verb])
    yield from (f"Outcomes: {', '.join(outcomes) or 'none; it ends the flow'}.", "")


_OWN: Mapping[str, str] = {
    "menu": "the names in `also`",
    "decide": "the names of its conditions, `otherwise` (required)",
    "match": "the values, `otherwise` (required)",
    "split": "the names of its shares, `otherwise` (required)",
    "run": "the `ends` of the flow that it runs",
}


def _parts_of(node: Mapping[str, Any], defs: Mapping[str, Any]) -> list[str]:
    """The forms that stand inside a node, but for speeches, which all have in common."""
    text = str({key: one for key, one in node["properties"].items() if key != "then"})
    found = re.findall(r"#/\$defs/(\w+)", text)
    return [
        name
        for name in dict.fromkeys(found)
        if name != "SpeechItem" and "properties" in defs.get(name, {})
    ]


# --- files ------------------------------------------------------------------------------------


def _files() -> Iterator[str]:
    yield from ("# The keys of each file", "", "A key in **bold** is required.", "")
    for kind in FILES:
        schema = schema_of(kind)
        defs = schema.get("$defs", {})
        yield from (f"## {kind}", "", _one_line(schema.get("description", "")), "")
        yield from _table(schema)
        waiting, done = _parts_of(schema, defs), set[str]()
        while waiting:
            name = waiting.pop(0)
            if name not in done and not name.startswith("node_"):
                done.add(name)
                yield from (f"### {kind}: {_title(name)}", "")
                yield from (_one_line(defs[name].get("description", "")), "")
                yield from _table(defs[name])
                waiting.extend(_parts_of(defs[name], defs))


def _title(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", r" \1", name.removesuffix("Form")).lower()


# --- values -----------------------------------------------------------------------------------

_SPOKEN: Mapping[str, Value] = {
    "text": "A-17",
    "digits": "13800138000",
    "number": 22,
    "count": 2,
    "ordinal": 3,
    "money": Decimal("125.40"),
    "date": date(2026, 12, 20),
    "day": date(2026, 12, 3),
    "month": date(2026, 11, 1),
    "time": time(8, 30),
    "when": datetime(2026, 12, 1, 8, 5, tzinfo=UTC),
    "duration": timedelta(minutes=90),
    "phone": "13800138000",
    "spell": "AB12",
}


def _values() -> Iterator[str]:
    yield from ("# Values: types, styles, formulas", "", "## Types", "")
    yield ", ".join(f"`{name}`" for name in sorted(PLAIN_TYPES)) + ","
    yield from ("the name of a source (a row of it), and `list of X`.", "")
    yield from ("## How values are spoken", "")
    yield from ("`{value:style}` in a text. The style is always written.", "")
    yield from ("| style | says | for example | in Chinese | in English |", "|---|---|---|---|---|")
    for style, about in STYLES.items():
        value = _SPOKEN[style]
        zh, en = (speak(value, style, language, NOON) for language in ("zh", "en"))
        yield f"| `{style}` | {about} | {_shown(value)} | {zh} | {en} |"
    yield from (
        "",
        "A word table is a style, too: `{parcel.state:parcel_state}`. The word that fits a number:",
        "`{bill.used|metre|metres}`.",
        "",
        "## Formulas",
        "",
        "`=` begins a formula; a condition is always one and begins without it. Names with dots,",
        '`"text"`, numbers, `true` `false`, `==` `!=` `<` `<=` `>` `>=`, `in ["a", "b"]`, `and`',
        "`or` `not`, `+` `-` `*` `/`, parentheses, and these functions:",
        "",
        "| function | gives |",
        "|---|---|",
    )
    for name, function in FUNCTIONS.items():
        yield f"| `{name}({'x' if function.takes else ''})` | {function.about} |"
    yield from (
        "",
        "A value that is missing (a field, a row that was not found, a withheld number) is",
        "*unknown*. A comparison with it does not hold; an optional key whose value is unknown",
        "is as if it were not written. What is spoken must be known: the check proves it.",
    )


def _shown(value: Value) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, timedelta):
        return f"{value // timedelta(minutes=1)}m"
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)


# --- mistakes ---------------------------------------------------------------------------------

_FAMILIES: Mapping[str, str] = {
    "Y": "YAML", "S": "Shape", "N": "Names", "F": "Ways through flows", "P": "Prompts",
    "K": "Keys of the phone", "V": "Values", "E": "Formulas", "C": "The centre",
    "T": "Call scripts",
}  # fmt: skip


def _mistakes(mistakes: Sequence[Mistake]) -> Iterator[str]:
    yield from (
        "# Mistakes, and what to do",
        "",
        "`switchboard flows check` tells file, line, column, code, node, what is wrong, and in",
        "brackets what to do or what was probably meant. Here is each code with an example.",
        "",
    )
    examples: dict[str, Mistake] = {}
    for mistake in mistakes:
        examples.setdefault(mistake.code, mistake)
    for family, title in _FAMILIES.items():
        yield from (f"## {family}: {title}", "")
        for code, about in CODES.items():
            if code.startswith(family):
                yield from _mistake(code, about, examples[code])


def _mistake(code: str, about: str, example: Mistake) -> Iterator[str]:
    yield from (f"### {code}", "", about, "", "```yaml", *_block("# wrong", example.wrong))
    yield from (*_block("# right", example.right), "```", "", "```text", example.told, "```", "")


def _block(title: str, text: str) -> Iterator[str]:
    yield title
    lines = [line[:100] + (" ..." if len(line) > 100 else "") for line in text.split("\n")]
    yield from (lines[:12] if len(lines) > 12 else lines)


# --- tables -----------------------------------------------------------------------------------


def _table(
    schema: Mapping[str, Any], *, only: Sequence[str] = (), leave_out: Sequence[str] = ()
) -> Iterator[str]:
    """The keys of a form, each with what stands behind it and what it is for."""
    required = schema.get("required", ())
    rows = [
        (f"**`{key}`**" if key in required else f"`{key}`", _form(one), one.get("description", ""))
        for key, one in schema.get("properties", {}).items()
        if key not in leave_out and (not only or key in only)
    ]
    if rows:
        yield from ("| key | value | |", "|---|---|---|")
        yield from (f"| {key} | {form} | {_cell(about)} |" for key, form, about in rows)
        yield ""


def _form(schema: Mapping[str, Any]) -> str:
    """What is written behind a key, in words."""
    pattern, ref = schema.get("pattern", ""), schema.get("$ref", "")
    if ref:
        return "a speech" if ref.endswith("SpeechItem") else _title(ref.rpartition("/")[2])
    if "SpeechItem" in str(schema.get("anyOf", "")):
        return "a speech"
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(map(_form, schema["anyOf"])))
    if "enum" in schema:
        return ", ".join(f"`{one}`" for one in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    if pattern in _PATTERNS:
        return _PATTERNS[pattern]
    kind = str(schema.get("type", ""))
    if kind == "array":
        return "a list"
    words = {"object": "entries", "integer": "a whole number", "boolean": "`true` or `false`"}
    return words.get(kind, "a name" if pattern.startswith("^[a-z]") else _text(schema))


def _text(schema: Mapping[str, Any]) -> str:
    if isinstance(schema.get("type"), list):
        return "a value or a formula" if "number" in schema["type"] else "a condition"
    return (
        "a name or a formula" if schema.get("pattern", "").startswith("^(=.+|[a-z]") else "a text"
    )


_PATTERNS: Mapping[str, str] = {
    r"^(=.+|\d+(ms|s|m|h|d))$": _SPAN,
    r"^\d+(ms|s|m|h|d)$": _SPAN,
    r"^\d+ to \d+$": "a range: `4 to 12`",
    "^=.+$": "a formula",
}


def _cell(text: str) -> str:
    return _one_line(text).replace("|", "\\|")


def _one_line(text: str) -> str:
    return " ".join(text.split())
