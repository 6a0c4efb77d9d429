"""YAML is read as telephone people mean it, and every value knows its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.flow.source import MAX_DEPTH, Place, Scalar, read_yaml

TRAPS = {
    "a time of day": ("9:00", "9:00"),
    "leading zeros": ("0755", "0755"),
    "a number with its plus": ("+8613800138000", "+8613800138000"),
    "an underscore": ("8001_2", "8001_2"),
    "a word YAML 1.1 takes for a truth": ("on", "on"),
    "no": ("no", "no"),
    "a date": ("2027-02-06", "2027-02-06"),
    "an amount": ("125.40", "125.40"),
    "a tilde": ("~", "~"),
    "an exponent": ("1e3", "1e3"),
}


@pytest.mark.parametrize("name", TRAPS)
def test_a_scalar_keeps_its_source_text(name: str) -> None:
    written, expected = TRAPS[name]
    document = read_yaml(f"a: {written}", "f.yaml")
    assert document.root == {"a": expected}
    assert document.faults == ()


def test_a_key_keeps_its_source_text() -> None:
    document = read_yaml("then: {1: bill, 0: people}\nyes: maybe\n2027-02-06: closed", "f.yaml")
    assert document.root == {
        "then": {"1": "bill", "0": "people"},
        "yes": "maybe",
        "2027-02-06": "closed",
    }


def test_a_scalar_knows_whether_it_was_quoted() -> None:
    root = read_yaml("a: \"1\"\nb: 1\nc: '1'", "f.yaml").root
    assert isinstance(root, dict)
    quoted = {name: value.quoted for name, value in root.items() if isinstance(value, Scalar)}
    assert quoted == {"a": True, "b": False, "c": True}


def test_every_value_and_key_knows_its_place() -> None:
    document = read_yaml("nodes:\n  main: {menu: main, then: {1: bill}}\nlist:\n  - x\n", "f.yaml")
    assert document.place(("nodes", "main", "then", "1")) == Place(2, 32)
    assert document.place(("nodes", "main", "then", "1"), of_key=True) == Place(2, 29)
    assert document.place(("list", 0)) == Place(4, 5)


def test_what_is_missing_is_placed_at_the_key_around_it() -> None:
    document = read_yaml("nodes:\n  main: {menu: main}\n", "f.yaml")
    assert document.place(("nodes", "main", "then", "1")) == Place(2, 3)
    assert document.place(("prompts", "main")) == Place(1, 1)


FAULTS = {
    "an anchor": ("a: &x 1", "Y01", 1, 4),
    "an alias": ("a: &x 1\nb: *x", "Y01", 2, 4),
    "a tag": ("a: !!python/object:os.system x", "Y01", 1, 4),
    "a key that is a list": ("? [a]\n: b", "Y02", 1, 3),
    "a key twice": ("a: 1\nb: 2\na: 3", "Y03", 3, 1),
    "a comma inside braces": ("en: {a: For it press 1, for a person press 0.}", "Y04", 1, 25),
    "a key without a value": ("a:\nb: 1", "Y04", 1, 1),
    "an empty item": ("a:\n  -\n  - b", "Y04", 2, 4),
    "a second document": ("---\na: 1\n---\nb: 2", "Y05", 3, 1),
    "nested too deep": ("a: " + "[" * 20 + "]" * 20, "Y06", 1, 16),
    "a hash that is lost": ("presses: 1042 #", "Y07", 1, 15),
    "a hash as a key": ("then:\n  #: again\n  1: main", "Y07", 2, 3),
    "a star as a key": ("then: {1: main, *: back}", "Y00", 1, 18),
    "a tab": ("a:\n\tb: 1", "Y00", 2, 1),
    "text with a colon": ("a: press 1: bill", "Y00", 1, 11),
    "text that begins with @": ("a: @bill", "Y00", 1, 4),
    "a full-width colon": ("a：b\nc: d", "Y00", 2, 2),
    "a control character": ("a: b\nc: \x07", "Y00", 2, 4),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_mistake_is_found_at_its_place(name: str) -> None:
    text, code, line, column = FAULTS[name]
    faults = read_yaml(text, "f.yaml").faults
    assert (code, line, column) in {(fault.code, fault.line, fault.column) for fault in faults}


HINTS = {
    "then: {1: main, *: back}": "written star",
    "a:\n\tb: 1": "tabs",
    "a: press 1: bill": "quotes",
    "a：b\nc: d": "half-width",
    "presses: 1042 #": '"1042#"',
    "en: {a: For it press 1, for a person press 0.}": "comma",
    "a:\nb: 1": "behind the colon",
}


@pytest.mark.parametrize("text", HINTS)
def test_a_mistake_says_what_to_do(text: str) -> None:
    hints = " ".join(fault.hint for fault in read_yaml(text, "f.yaml").faults)
    assert HINTS[text] in hints


def test_all_mistakes_are_found_at_once() -> None:
    text = "a: &x 1\nb: *x\na: 2\nc:\n"
    assert [fault.code for fault in read_yaml(text, "f.yaml").faults] == [
        "Y01",
        "Y01",
        "Y03",
        "Y04",
    ]


def test_a_comment_is_no_lost_hash() -> None:
    text = '# a comment\na: "1042#"  # keyed by the caller\nb: 1 # two\n'
    assert read_yaml(text, "f.yaml").faults == ()


def test_an_empty_file_holds_nothing() -> None:
    assert read_yaml("", "f.yaml").root == {}
    assert read_yaml("# only a comment\n", "f.yaml").root == {}


def test_a_file_that_is_too_large_is_not_read() -> None:
    faults = read_yaml("a: b\n" * 300_000, "f.yaml").faults
    assert [fault.code for fault in faults] == ["Y06"]


def test_aliases_cannot_blow_a_file_up() -> None:
    laughs = "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c]\n"
    document = read_yaml(laughs, "f.yaml")
    assert isinstance(document.root, dict)
    assert document.root["d"] == ["", ""]


@given(st.text(max_size=200))
def test_any_text_is_read_without_an_exception(text: str) -> None:
    document = read_yaml(text, "f.yaml")
    assert document.file == "f.yaml"


_TREES = st.recursive(
    st.text("abc 09:+-=#*{}é中", max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("xyz", min_size=1), inner),
    max_leaves=8,
)


@given(_TREES)
def test_what_is_written_in_quotes_is_read_back(tree: object) -> None:
    written = _in_quotes(tree)
    document = read_yaml(f"top: {written}", "f.yaml")
    if _depth(tree) < MAX_DEPTH:
        assert document.root == {"top": tree}


def _in_quotes(tree: object) -> str:
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{key}: {_in_quotes(value)}" for key, value in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(_in_quotes(item) for item in tree) + "]"
    return '"' + str(tree) + '"'


def _depth(tree: object) -> int:
    inner = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    return 1 + max((_depth(item) for item in inner), default=0)
