"""The promises of changed settings (``switchboard/ports/parameters.py``)."""

from datetime import UTC, datetime

import pytest

from switchboard.ports.parameters import Parameter

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


@pytest.mark.req("IVR-28", "ADM-08")
def test_what_was_changed_holds_until_it_is_changed_again_or_reset(store):
    first = Parameter("repair", "shift_phone", "8001", NOON, "wang")
    second = Parameter("repair", "shift_phone", "8002", NOON, "li")
    other = Parameter("house.shop", "peak", "true", NOON, "li")
    for one in (first, second, other):
        store.parameters.change(one)
    assert store.parameters.list_changed() == (other, second)
    assert store.parameters.values() == {
        "house.shop": {"peak": "true"}, "repair": {"shift_phone": "8002"},
    }  # fmt: skip
    assert store.parameters.reset("repair", "shift_phone") is True
    assert store.parameters.reset("repair", "shift_phone") is False
    assert store.parameters.values() == {"house.shop": {"peak": "true"}}
