"""docs/settings.md names every setting there is, with an example that can be read."""

import dataclasses
import re
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from switchboard.settings import Settings, read_settings

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def parts_in(annotation: Any) -> Iterator[type]:
    """Every model or dataclass that an annotation can hold."""
    if typing.get_origin(annotation) is not None or isinstance(annotation, types.UnionType):
        for inside in typing.get_args(annotation):
            yield from parts_in(inside)
    elif isinstance(annotation, type) and (
        issubclass(annotation, BaseModel) or dataclasses.is_dataclass(annotation)
    ):
        yield annotation


def settings_of(part: type, above: str = "") -> Iterator[str]:
    """The full name of every setting, such as ``nodes.password``."""
    for name, annotation in typing.get_type_hints(part, include_extras=True).items():
        if typing.get_origin(annotation) is typing.ClassVar or name.startswith("_"):
            continue
        inside = list(parts_in(annotation))
        if not inside:
            yield above + name
        for one in inside:
            yield from settings_of(one, f"{above}{name}.")


def named_on_the_page() -> set[str]:
    """The names in the first column of the page's tables, below the section's heading."""
    return set(re.findall(r"^\| `([a-z_.]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))


def test_the_page_names_every_setting_and_no_other():
    known = {name for name in settings_of(Settings) if name != "model_config"}
    assert len(known) > 60, "the walk has lost its way"
    assert sorted(known - named_on_the_page()) == []
    assert sorted(named_on_the_page() - known) == []


def examples() -> list[str]:
    text = PAGE.read_text(encoding="utf-8")
    return re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("example", examples())
def test_its_examples_can_be_read(example: str, tmp_path: Path):
    if "nodes:" not in example:
        example += "nodes: [{password: a-good-long-one}]\n"
    read_settings(example, tmp_path / "switchboard.yaml", {})
