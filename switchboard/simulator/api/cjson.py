"""JSON as FreeSWITCH prints it for people: tabs, one entry of an object on each line."""

import json

Json = str | int | bool | list["Json"] | dict[str, "Json"]


def print_json(value: Json, depth: int = 0) -> str:
    """Return the text of a value that stands *depth* deep in others."""
    if isinstance(value, dict):
        inner = "\t" * (depth + 1)
        entries = [
            f"{inner}{json.dumps(name)}:\t{print_json(entry, depth + 1)}"
            for name, entry in value.items()
        ]
        lines = "".join(f"{line},\n" for line in entries[:-1]) + "".join(
            f"{line}\n" for line in entries[-1:]
        )
        return "{\n" + lines + "\t" * depth + "}"
    if isinstance(value, list):
        return "[" + ", ".join(print_json(entry, depth + 1) for entry in value) + "]"
    return json.dumps(value, ensure_ascii=False)
