"""Formulas compute what they say, never raise, and cost no more than they are long."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.flow.formulas import MAX_LENGTH, BadFormula, read_formula
from switchboard.flow.functions import FUNCTIONS
from switchboard.flow.values import UNKNOWN, from_json, to_json

NOW = datetime(2026, 12, 3, 9, 20, tzinfo=ZoneInfo("Asia/Shanghai"))


@dataclass
class Values:
    values: dict[str, Any] = field(default_factory=dict)
    now: datetime = NOW

    def value(self, name: str) -> Any:
        return self.values.get(name, UNKNOWN)


CUSTOMER = {"name": "Ann", "level": "vip", "since": date(2020, 1, 1), "none": None, "empty": ""}
SCOPE = Values(
    {
        "customer": CUSTOMER,
        "pieces": 3,
        "price": Decimal("89.50"),
        "code": "0755",
        "orders": [{"number": "1"}, {"number": "2"}],
        "nothing": [],
        "loud": True,
        "placed": "2026-12-01",
        "at": "2026-12-03 08:05 Asia/Shanghai",
        "wait": timedelta(minutes=5),
    }
)

COMPUTED = {
    'customer.level == "vip"': True,
    'customer.level != "vip"': False,
    'customer.level in ["gold", "vip"]': True,
    'customer.level not in ["gold", "vip"]': False,
    "pieces > 2 and pieces <= 3": True,
    "not loud": False,
    "loud or customer.missing": True,
    "price * pieces": Decimal("268.50"),
    "pieces / 2": Decimal("1.5"),
    "pieces - 5": -2,
    "-pieces": -3,
    "2 + 2.5": Decimal("4.5"),
    "(1 + 2) * 3": 9,
    'code == "0755"': True,
    "code == 755": False,
    "loud == true": True,
    "count(orders)": 2,
    "count(nothing) == 0": True,
    "first(orders).number": UNKNOWN,
    "last_four(code)": "0755",
    "today()": date(2026, 12, 3),
    "now()": NOW,
    "days_since(placed)": 2,
    "days_until(placed)": -2,
    "days_since(at)": 0,
    "minutes_since(at)": 75,
    "known(customer.level)": True,
    "known(customer.none)": False,
    "known(customer.empty)": False,
    "known(nobody)": False,
    "today() > placed": True,
    'placed == "2026-12-01"': True,
    "customer.since < today()": True,
    "wait + wait": timedelta(minutes=10),
}


@pytest.mark.parametrize("text", COMPUTED)
def test_a_formula_computes_what_it_says(text: str) -> None:
    if text == "first(orders).number":
        with pytest.raises(BadFormula):
            read_formula(text)
        return
    assert read_formula(text).compute(SCOPE) == COMPUTED[text]


UNKNOWN_THINGS = [
    "customer.missing",
    "nobody.at.all",
    "pieces + nobody",
    "price / 0",
    'code + "1"',
    "loud + 1",
    "first(nothing)",
    "first(code)",
    "last_four(pieces)",
    "days_since(code)",
    "minutes_since(placed)",
    "999999999999999999 * 999999999999999999",
    "wait * 2",
]


@pytest.mark.parametrize("text", UNKNOWN_THINGS)
def test_what_cannot_be_computed_is_unknown(text: str) -> None:
    assert read_formula(text).compute(SCOPE) is UNKNOWN


NEVER_HOLD = [
    "nobody == 1",
    "nobody != 1",
    "nobody < 1",
    'nobody in ["a"]',
    'nobody not in ["a"]',
    "customer.none == customer.none",
    'pieces < "a"',
    "orders > 1",
    "nobody",
]


@pytest.mark.parametrize("text", NEVER_HOLD)
def test_a_comparison_with_the_unknown_or_unlike_does_not_hold(text: str) -> None:
    assert not read_formula(text).holds(SCOPE)


REFUSED = {
    'a = "x"': "E01",
    "": "E01",
    "a b": "E01",
    "a &&  b": "E01",
    '"a': "E01",
    "a[0]": "E02",
    "a ** 2": "E02",
    "a % 2": "E02",
    "[1, 2]": "E02",
    "1, 2": "E02",
    "a if b else c": "E02",
    "lambda: 1": "E02",
    "a is b": "E02",
    "1 < a < 3": "E02",
    'a in "abc"': "E02",
    "{}": "E02",
    "f'{a}'": "E02",
    "(a + b).c": "E02",
    "b'a'": "E02",
    "None": "E02",
    "1j": "E02",
    "max(a, b)": "E03",
    "known()": "E03",
    "known(a, b)": "E03",
    "today(1)": "E03",
    "a.lower()": "E03",
    "__import__('os')": "E03",
    "count(x=1)": "E03",
    "a" * (MAX_LENGTH + 1): "E05",
    "+".join(["a"] * 80): "E05",
    "1234567890123456789": "E05",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_formula_is_refused_with_its_code(text: str) -> None:
    with pytest.raises(BadFormula) as refused:
        read_formula(text)
    assert refused.value.code == REFUSED[text]


HINTS = {
    'a = "x"': "==",
    "a && b": "and",
    "!a": "not",
    "a == “x”": "half-width",
    '"a': "quote",
    "a[0]": "dot",
    "1, 2": "commas",
    "a if b else c": "decide",
}


@pytest.mark.parametrize("text", HINTS)
def test_a_refusal_says_what_to_write(text: str) -> None:
    with pytest.raises(BadFormula) as refused:
        read_formula(text)
    assert HINTS[text] in refused.value.hint


def test_a_formula_names_what_it_uses() -> None:
    formula = read_formula('known(a.b) and c in ["x"] or days_since(d) > e.f.g')
    assert formula.names() == {"a.b", "c", "d", "e.f.g"}


@given(st.text("ab.()[]=<>!+-*/ 019\"'and orti", max_size=40))
def test_any_text_is_read_or_refused_and_never_raises_when_computed(text: str) -> None:
    try:
        formula = read_formula(text)
    except BadFormula:
        return
    formula.compute(SCOPE)


@given(st.sampled_from(sorted(FUNCTIONS)), st.sampled_from([*SCOPE.values.values(), UNKNOWN, None]))
def test_a_function_takes_any_value(name: str, value: object) -> None:
    FUNCTIONS[name].compute(SCOPE, value)


VALUES = st.recursive(
    st.text()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.dates()
    | st.times()
    | st.datetimes(timezones=st.just(ZoneInfo("UTC")))
    | st.timedeltas().map(lambda span: timedelta(milliseconds=span // timedelta(milliseconds=1)))
    | st.just(UNKNOWN),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc"), inner, max_size=3),
    max_leaves=8,
)


@given(VALUES)
def test_every_value_survives_being_saved(value: object) -> None:
    assert from_json(to_json(value)) == value
