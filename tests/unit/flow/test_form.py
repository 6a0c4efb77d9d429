"""The one form of files: stable, the same in meaning, with every comment."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from switchboard.bundled import bundled
from switchboard.flow import read_yaml
from switchboard.flow.authors.form import formatted, node_keys
from switchboard.flow.kinds import KINDS

SAMPLES = Path(__file__).parents[2] / "flows/samples"
FILES = sorted([*SAMPLES.rglob("*.yaml"), *bundled("ivr_flows").rglob("*.yaml")])

UNTIDY = """
# The head of the file
flow: f
start: main   # where it begins
languages: [en]
about: 'It''s a "test"'


prompts:
  # said first
  main: {en: Press 1.}   # not quoted
  bye:
    en: "Goodbye, and: come again."
nodes:

  # the menu
  main:
    then:
      1: bye    # leave
      silent: again
    tries_silent: 2
    menu: main
    only_if: {1: 'a in ["x", "y"]'}
    about: "One, and only"
    # no more keys here
  bye:
    hang_up: bye
# the end
"""

TIDY = """\
# The head of the file
flow: f
about: 'It''s a "test"'
languages: [en]
start: main  # where it begins

prompts:
  # said first
  main:  # not quoted
    en: "Press 1."
  bye:
    en: "Goodbye, and: come again."
nodes:
  # the menu
  main:
    about: "One, and only"
    # no more keys here
    menu: main
    only_if: {1: 'a in ["x", "y"]'}
    tries_silent: 2
    then:
      1: bye  # leave
      silent: again
  bye: {hang_up: bye}
# the end
"""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_what_ships_and_the_samples_keep_their_bytes(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert formatted(text) == text


def test_keys_have_their_order_and_comments_go_with_what_they_are_about() -> None:
    made = formatted(UNTIDY)
    assert made == TIDY
    assert formatted(made) == made


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("opens: 08:30", 'opens: "08:30"'),
        ("to: +8613500000007", 'to: "+8613500000007"'),
        ("zip: 0310051", 'zip: "0310051"'),
        ("due: 2026-12-03", 'due: "2026-12-03"'),
        ("word: on", 'word: "on"'),
        ("price: 2.63", "price: 2.63"),
        ("count: 7", "count: 7"),
        ("at: 2026-12-01 10:05 Asia/Shanghai", "at: 2026-12-01 10:05 Asia/Shanghai"),
        ("pattern: '8[0-9]\\d'", "pattern: '8[0-9]\\d'"),
        ("value: =a + 1", "value: =a + 1"),
        ('empty: ""', 'empty: ""'),
        ("text: |\n    two\n    lines", 'text: "two\\nlines\\n"'),
    ],
)
def test_what_other_readers_of_yaml_would_take_for_something_else_is_quoted(
    written: str, form: str
) -> None:
    assert formatted(f"centre: c\nthing:\n  {written}\n") == f"centre: c\nthing:\n  {form}\n"


def test_a_map_that_does_not_fit_into_a_line_has_one_entry_a_line() -> None:
    ways = ", ".join(f"outcome_number_{n}: node_number_{n}" for n in range(6))
    made = formatted(f"flow: f\nnodes:\n  a: {{menu: a, then: {{{ways}}}}}\n")
    assert "    then:\n      outcome_number_0: node_number_0\n" in made
    assert max(map(len, made.split("\n"))) <= 120


def test_items_with_keys_stand_one_a_line() -> None:
    made = formatted("flow: f\nnodes:\n  a: {play: [x, {prompt: z, in: zh}], then: b}\n")
    assert made.endswith("    play:\n      - x\n      - {prompt: z, in: zh}\n    then: b\n")


@pytest.mark.parametrize("verb", KINDS)
def test_every_kind_has_its_verb_first_and_then_last(verb: str) -> None:
    keys = node_keys(verb)
    model = KINDS[verb].model
    assert keys[:2] == ("about", verb)
    assert keys[-2:] == ("visits", "then")
    assert sorted(keys) == sorted(one.alias or name for name, one in model.model_fields.items())


# --- whatever is written ------------------------------------------------------------------------

WORDS = st.text("abz0189 _.:,#'\"{}[]=%&*!|>-您好\\", max_size=12)
KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,8}|[0-9]", fullmatch=True)
TREES = st.recursive(
    WORDS,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=4) | st.dictionaries(KEYS, inner, max_size=5)
    ),
    max_leaves=8,
)


@st.composite
def files(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A file of any content, in any layout, with comments in many places."""
    tree: dict[str, Any] = {"flow": "f", **draw(st.dictionaries(KEYS, TREES, max_size=4))}
    tree["nodes"] = draw(st.dictionaries(KEYS, st.dictionaries(KEYS, TREES, max_size=4)))
    text = yaml.dump(
        tree,
        default_flow_style=draw(st.sampled_from([None, False])),
        allow_unicode=True,
        sort_keys=False,
        width=10**6,
    )
    lines, comments = [], []
    for line in text.split("\n"):
        if draw(st.booleans()):
            comments.append(f"# c{len(comments)}")
            lines.append(" " * draw(st.integers(0, 6)) + comments[-1])
        if draw(st.integers(0, 9)) == 0:
            lines.append("")
        if line and draw(st.integers(0, 4)) == 0:
            comments.append(f"# c{len(comments)}")
            lines.append(f"{line}  {comments[-1]}")
        else:
            lines.append(line)
    return "\n".join(lines), comments


@settings(max_examples=80, deadline=None)
@given(files())
def test_any_file_has_one_form_that_says_the_same_with_every_comment(
    file: tuple[str, list[str]],
) -> None:
    text, comments = file
    before = read_yaml(text, "")
    assume(not before.faults)
    made = formatted(text)
    after = read_yaml(made, "")
    assert after.faults == ()
    assert after.root == before.root
    assert formatted(made) == made
    assert sorted(re.findall(r"# c\d+", made)) == sorted(comments)
