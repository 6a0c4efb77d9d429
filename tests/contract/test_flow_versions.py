"""The promises of the versions of flows (``switchboard/ports/flow_versions.py``)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from switchboard.ports.flow_versions import (
    FlowOutcome,
    FlowVersion,
    Release,
    ReleaseAction,
    Tally,
)

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
FILES = {"shop.yaml": "flow: shop # 您好\n", "shop.test.yaml": "script: shop\n"}
FIRST = FlowVersion("aaaa", FILES, NOON, "wang", "the first")
SECOND = FlowVersion("bbbb", {"shop.yaml": "x"}, NOON + timedelta(hours=1), "li")
PUBLISHED = Release(1, NOON, ReleaseAction.PUBLISHED, "aaaa", by="wang", reason="go")


@pytest.mark.req("X-006")
def test_a_version_is_kept_as_it_was_kept_first(store):
    store.flow_versions.keep_version(FIRST)
    store.flow_versions.keep_version(replace(FIRST, files={"shop.yaml": "changed"}, by="li"))
    store.flow_versions.keep_version(SECOND)
    assert store.flow_versions.find_version("aaaa") == FIRST
    assert store.flow_versions.find_version("cccc") is None
    assert store.flow_versions.list_versions() == (SECOND, FIRST)


@pytest.mark.req("X-006")
def test_the_newest_release_holds_and_none_is_forgotten(store):
    assert store.flow_versions.find_release() is None
    tried = Release(2, NOON, ReleaseAction.TRIED, "aaaa", "bbbb", 10, "li")
    assert store.flow_versions.add_release(PUBLISHED)
    assert store.flow_versions.add_release(tried)
    assert store.flow_versions.find_release() == tried
    assert store.flow_versions.list_releases() == (tried, PUBLISHED)


def test_of_two_who_act_at_the_same_moment_one_is_told_to_look_again(store):
    assert store.flow_versions.add_release(PUBLISHED) is True
    assert store.flow_versions.add_release(replace(PUBLISHED, live="bbbb")) is False
    assert store.flow_versions.find_release() == PUBLISHED


def test_outcomes_are_counted_once_by_version_and_time(store):
    def ended(call_id, version_id="aaaa", after_s=0, *, failed=False, abandoned=False):
        at = NOON + timedelta(seconds=after_s)
        store.flow_versions.keep_outcome(FlowOutcome(call_id, version_id, failed, abandoned, at))

    ended("c0", after_s=-1, failed=True)
    ended("c1", failed=True)
    ended("c1", failed=True)
    ended("c2", after_s=5, abandoned=True)
    ended("c3", after_s=9)
    ended("c4", "bbbb")
    assert store.flow_versions.tally("aaaa", NOON) == Tally(3, 1, 1)
    assert store.flow_versions.tally("bbbb", NOON) == Tally(1, 0, 0)
    assert store.flow_versions.tally("cccc", NOON) == Tally()
