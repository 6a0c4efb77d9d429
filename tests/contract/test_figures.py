"""The promises of figures (``switchboard/ports/figures.py``)."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from switchboard.acd import (
    AgentProfile,
    Config,
    Distribution,
    Join,
    OfferAnswered,
    OfferResult,
    Queue,
    SetStatus,
    Status,
    TalkEnded,
    Tick,
    Tier,
)
from switchboard.acd.decisions import AgentChanged, MakeOffer
from switchboard.core.agent_times import AgentTimes
from switchboard.core.journal import EntryKind
from switchboard.core.queue_counts import QueueCounts
from switchboard.core.summaries import CallResult
from switchboard.ports.figures import FigureGrouping, FigureSearch
from switchboard.ports.records import CallSearch
from tests.contract.test_records import NOON, append, fact, offered

WHOLE = (date(2026, 1, 1), date(2027, 12, 31))
MINUTE_MS = 60_000


def queued(call_id: str, after_s: float, queue: str = "service"):
    limits = {"target_ms": 20_000, "short_abandon_ms": 5_000}
    return fact(call_id, EntryKind.QUEUED, after_s, queue=queue, position=1, **limits)


def left(call_id: str, after_s: float, result: str, agent_id: str = ""):
    details = {"queue": "service", "result": result, "agent_id": agent_id}
    return fact(call_id, EntryKind.QUEUE_LEFT, after_s, **details)


def talked(call_id: str, after_s: float, agent: str = "ann"):
    """Waits ten seconds, talks a minute of which ten seconds on hold, is worked on for twenty."""
    return (
        queued(call_id, after_s),
        left(call_id, after_s + 10, "answered", agent),
        fact(call_id, EntryKind.JOINED, after_s + 10, who=agent, leg_id="l"),
        fact(call_id, EntryKind.HELD, after_s + 30, who=agent),
        fact(call_id, EntryKind.RETRIEVED, after_s + 40, who=agent),
        fact(call_id, EntryKind.PARTED, after_s + 70, who=agent, ended_by="caller"),
        fact(call_id, EntryKind.HUNG_UP, after_s + 70, cause="NORMAL_CLEARING", by="caller"),
        fact(call_id, EntryKind.WRAP_UP_BEGAN, after_s + 70, agent_id=agent, offer_id="o1"),
        fact(call_id, EntryKind.WRAP_UP_ENDED, after_s + 90, agent_id=agent, offer_id="o1"),
    )


def counts(store, by=FigureGrouping.DAY, **only) -> dict[str, QueueCounts]:
    lines = store.figures.list_queue_counts(FigureSearch(*WHOLE, by, **only))
    return {line.key: line.counts for line in lines}


@pytest.mark.req("RPT-04")
def test_callers_of_a_queue_count_by_what_became_of_them(store):
    store.reports.keep_zone(ZoneInfo("UTC"))
    append(
        store,
        *talked("a", 0),
        queued("b", 0),
        left("b", 30, "caller_gone"),
        queued("c", 0),
        left("c", 4, "caller_gone"),
        queued("d", 0),
        left("d", 60, "key"),
        queued("e", 0),
        left("f", 0, "full"),
    )
    assert counts(store)["2026-12-01"] == QueueCounts(
        offered=5, waiting=1, answered=1, abandoned=1, left_at_once=1, led_on=1, turned_away=1,
        in_target=1, wait_ms=10_000, abandoned_wait_ms=30_000, handled=1, talk_ms=50_000,
        hold_ms=10_000, wrap_up_ms=20_000,
    )  # fmt: skip
    assert counts(store)["2026-12-01"].service_level == 0.5
    assert counts(store)["2026-12-01"].aht_s == 80.0
    assert counts(store)["2026-12-01"].asa_s == 10.0


@pytest.mark.req("RPT-05")
def test_counts_are_grouped_by_hour_queue_and_agent(store):
    store.reports.keep_zone(ZoneInfo("Asia/Shanghai"))
    append(store, *talked("a", 0), *talked("b", 3_600, "bob"), queued("c", 0, "sales"))
    assert [*counts(store, FigureGrouping.HOUR)] == ["20", "21"]
    assert [*counts(store, FigureGrouping.QUEUE)] == ["sales", "service"]
    assert {key: one.handled for key, one in counts(store, FigureGrouping.AGENT).items()} == {
        "": 0, "ann": 1, "bob": 1,
    }  # fmt: skip
    assert counts(store, queue="sales")["2026-12-01"].offered == 1
    assert counts(store, agent="bob")["2026-12-01"].answered == 1


def test_work_goes_on_behind_a_talk_while_the_caller_is_with_the_flow_again(store):
    store.reports.keep_zone(ZoneInfo("UTC"))
    *talk, wrapped = talked("a", 0)
    append(store, *(one for one in talk if one.kind is not EntryKind.HUNG_UP))
    append(store, fact("a", EntryKind.HUNG_UP, 80, cause="NORMAL_CLEARING", by="us"), wrapped)
    found = counts(store)["2026-12-01"]
    assert (found.talk_ms, found.wrap_up_ms) == (50_000, 20_000)


def test_a_transfer_is_a_second_conversation_of_the_same_visit(store):
    store.reports.keep_zone(ZoneInfo("UTC"))
    append(
        store,
        queued("a", 0),
        left("a", 10, "answered", "ann"),
        fact("a", EntryKind.JOINED, 10, who="ann"),
        fact("a", EntryKind.PARTED, 20, who="ann"),
        fact("a", EntryKind.JOINED, 25, who="bob"),
        fact("a", EntryKind.HUNG_UP, 65, cause="NORMAL_CLEARING", by="caller"),
    )
    by_agent = counts(store, FigureGrouping.AGENT)
    assert (by_agent["ann"].answered, by_agent["ann"].talk_ms) == (1, 10_000)
    assert (by_agent["bob"].answered, by_agent["bob"].talk_ms) == (0, 40_000)
    assert counts(store)["2026-12-01"].transfers == 1


def test_a_caller_who_hung_up_while_no_server_was_there_has_given_up(store):
    store.reports.keep_zone(ZoneInfo("UTC"))
    gone = fact("a", EntryKind.HUNG_UP, 40, cause="ORIGINATOR_CANCEL", by="caller")
    append(store, queued("a", 0), queued("a", 20), gone)
    assert counts(store)["2026-12-01"] == QueueCounts(
        offered=1, abandoned=1, abandoned_wait_ms=40_000
    )


def test_an_agent_who_was_lost_before_the_talk_has_not_ended_the_wait(store):
    store.reports.keep_zone(ZoneInfo("UTC"))
    lost = left("a", 10, "answered", "bob")
    again = queued("a", 12)
    last = fact("a", EntryKind.QUEUE_LEFT, 30, queue="service", result="answered", agent_id="ann")
    append(store, queued("a", 0), lost, again, last, fact("a", EntryKind.JOINED, 30, who="ann"))
    found = counts(store, FigureGrouping.AGENT)
    assert found["ann"].wait_ms == 30_000
    assert "bob" not in found


@pytest.mark.parametrize(
    ("waits_s", "result"), [(4, CallResult.ANSWERED), (6, CallResult.ABANDONED)]
)
def test_a_call_is_abandoned_in_a_queue_behind_the_short_limit(store, waits_s, result):
    gone = fact("a", EntryKind.HUNG_UP, 1 + waits_s, cause="NORMAL_CLEARING", by="caller")
    append(store, offered("a"), fact("a", EntryKind.ANSWERED, 0), queued("a", 1))
    append(store, left("a", 1 + waits_s, "caller_gone"), gone)
    (call,) = store.records.list_calls(CallSearch())
    assert (call.result, call.agent) == (result, "")


def test_a_call_names_the_agent_who_answered_it_from_a_queue(store):
    append(store, offered("a"), fact("a", EntryKind.ANSWERED, 0), *talked("a", 1))
    (call,) = store.records.list_calls(CallSearch())
    assert (call.result, call.agent) == (CallResult.ANSWERED, "ann")


CALLS = count(1)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(durable_behind=st.sets(st.integers(0, 8)), twice=st.sets(st.integers(0, 8)))
def test_figures_are_those_of_the_journal_however_it_was_written(store, durable_behind, twice):
    store.reports.keep_zone(ZoneInfo("UTC"))
    before = counts(store).get("2026-12-01", QueueCounts())
    for at, entry in enumerate(talked(f"c{next(CALLS)}", 0)):
        append(store, entry)
        if at in durable_behind:
            store.journal.settle()
        if at in twice:
            append(store, entry)
    kept = counts(store)
    assert kept["2026-12-01"] + -before == QueueCounts(
        offered=1, answered=1, in_target=1, wait_ms=10_000, handled=1, talk_ms=50_000,
        hold_ms=10_000, wrap_up_ms=20_000,
    )  # fmt: skip
    store.reports.count_anew(ZoneInfo("UTC"))
    assert counts(store) == kept


# --- agents -------------------------------------------------------------------------------------

BEGUN_MS = round(NOON.timestamp() * 1000)


Event = Callable[[str], object]


def play(store, *events: tuple[float, Event]) -> str:
    """What a real distribution makes of it, minutes behind noon; return the last offer's id."""
    config = Config(
        (Queue("service", wrap_up_ms=MINUTE_MS),), (AgentProfile("ann", (Tier("service"),)),)
    )
    distribution = Distribution(config, seed=1, run="o")
    offer_id = ""
    for after_min, event in events:
        now_ms = BEGUN_MS + round(after_min * MINUTE_MS)
        for one in distribution.apply(event(offer_id), now_ms):
            if isinstance(one, AgentChanged):
                store.agent_book.keep_moment(one.moment)
            elif isinstance(one, MakeOffer):
                offer_id = one.offer.offer_id
                store.agent_book.keep_offer(one.offer, "c1")
    return offer_id


WORK: tuple[tuple[float, Event], ...] = (
    (0, lambda _: SetStatus("ann", Status.AVAILABLE)),
    (10, lambda _: Join("c1.service", "service", call_id="c1", number="138")),
    (10.2, OfferAnswered),
    (50, lambda offer_id: TalkEnded("ann", offer_id)),
    (51, lambda _: Tick()),
    (70, lambda _: SetStatus("ann", Status.ON_BREAK, "tea")),
    (75, lambda _: SetStatus("ann", Status.AVAILABLE)),
    (90, lambda _: SetStatus("ann", Status.LOGGED_OUT)),
)


def times(store, by=FigureGrouping.DAY, until_min: float = 120) -> dict[str, AgentTimes]:
    now = datetime.fromtimestamp(BEGUN_MS / 1000 + until_min * 60, UTC)
    lines = store.figures.list_agent_times(FigureSearch(*WHOLE, by), now)
    return {line.key: line.times for line in lines}


@pytest.mark.req("SUP-07")
def test_the_states_of_an_agent_partition_the_time_signed_in(store):
    store.reports.keep_zone(ZoneInfo("UTC"))
    play(store, *WORK)
    (all_day,) = times(store).values()
    assert all_day == AgentTimes(
        idle_ms=44 * MINUTE_MS, ringing_ms=12_000, talking_ms=round(39.8 * MINUTE_MS),
        wrap_up_ms=MINUTE_MS, on_break_ms=5 * MINUTE_MS,
    )  # fmt: skip
    assert all_day.signed_in_ms == 90 * MINUTE_MS
    assert [one.signed_in_ms for one in times(store, FigureGrouping.HOUR).values()] == [
        60 * MINUTE_MS, 30 * MINUTE_MS,
    ]  # fmt: skip


@pytest.mark.req("WFM-05")
def test_occupancy_is_talk_hold_and_wrap_up_of_the_time_signed_in(store):
    store.reports.keep_zone(ZoneInfo("UTC"))
    play(store, *WORK)
    (all_day,) = times(store).values()
    assert all_day.occupancy == pytest.approx((39.8 + 1) / 90)


def test_what_an_agent_does_now_counts_until_now(store):
    store.reports.keep_zone(ZoneInfo("UTC"))
    play(store, *WORK[:1])
    assert times(store, until_min=30)["2026-12-01"].idle_ms == 30 * MINUTE_MS
    play(store, *WORK[:1])
    assert times(store, until_min=40)["2026-12-01"].idle_ms == 40 * MINUTE_MS


def test_offers_that_failed_are_the_agents(store):
    store.reports.keep_zone(ZoneInfo("UTC"))
    offer_id = play(store, *WORK[:2])
    store.agent_book.end_offer(offer_id, OfferResult.NO_ANSWER, BEGUN_MS + 11 * MINUTE_MS)
    store.agent_book.end_offer(offer_id, OfferResult.ANSWERED, BEGUN_MS + 12 * MINUTE_MS)
    (all_day,) = times(store).values()
    assert (all_day.offers, all_day.answered, all_day.failed) == (1, 0, 1)


def test_agents_counted_anew_are_counted_the_same(store):
    store.reports.keep_zone(ZoneInfo("UTC"))
    play(store, *WORK)
    before = times(store, FigureGrouping.HOUR)
    store.reports.count_anew(ZoneInfo("UTC"))
    assert times(store, FigureGrouping.HOUR) == before
