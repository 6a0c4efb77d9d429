"""Who is offered whom: order, strategies, levels, skills, and one agent one offer."""

from collections import Counter

import pytest

from switchboard.acd import (
    AgentProfile,
    Cancelled,
    CancelOffer,
    ChangeQueue,
    Config,
    Connect,
    Corrected,
    Demand,
    EntryLeft,
    Fairness,
    Join,
    Leave,
    Leaving,
    MakeOffer,
    OfferAnswered,
    OfferFailed,
    OfferResult,
    OtherCallBegan,
    OtherCallEnded,
    Queue,
    Relaxation,
    Reprioritise,
    SetReachable,
    Strategy,
    Tick,
    Tier,
    Widening,
    Withdraw,
)
from tests.unit.acd.conftest import Centre, agent


@pytest.mark.req("ACD-01", "ACD-02")
def test_who_waits_first_is_offered_first_when_an_agent_becomes_free(centre):
    one = centre("ann")
    one.sign_in("ann")
    for at, name in enumerate(("first", "second", "third")):
        one.tell(Join(name, "q"), 100 + at)
    assert one.rung() == [("first", "ann")]
    one.answer("ann")
    one.finish("ann")
    assert one.rung()[-1] == ("second", "ann")


@pytest.mark.req("ACD-11", "X-024")
def test_priority_is_a_head_start_and_may_change_while_waiting(centre):
    one = centre("ann")
    one.sign_in("ann")
    one.tell(Join("talking", "q"), 10)
    one.answer("ann")
    one.tell(Join("old", "q"), 20)
    one.tell(Join("vip", "q", priority=1), 59_000)
    one.tell(Join("late", "q"), 60_000)
    assert [one.distribution.position(name) for name in ("vip", "old", "late")] == [1, 2, 3]
    one.tell(Reprioritise("late", 5))
    assert one.distribution.position("late") == 1
    one.finish("ann")
    assert one.rung()[-1] == ("late", "ann")


def test_a_head_start_is_no_more_than_its_worth(centre):
    one = centre("ann")
    one.sign_in("ann")
    for name, priority, at in (("x", 0, 10), ("old", 0, 20), ("vip", 1, 70_000)):
        one.tell(Join(name, "q", priority=priority), at)
    assert one.distribution.position("old") < one.distribution.position("vip")


@pytest.mark.parametrize(
    ("strategy", "chosen"),
    [
        pytest.param(Strategy.TOP_DOWN, "bob", id="top-down"),
        pytest.param(Strategy.FIXED_ORDER, "bob", marks=pytest.mark.req("ACD-08"), id="fixed"),
        pytest.param(Strategy.LONGEST_IDLE, "ann", id="longest-idle"),
        pytest.param(Strategy.BEST_SKILL, "cid", marks=pytest.mark.req("ACD-09"), id="best-skill"),
        pytest.param(Strategy.LEAST_SKILLED, "ann", id="least-skilled"),
    ],
)
def test_the_strategy_chooses_among_idle_agents(centre, strategy, chosen):
    people = (
        agent("ann", position=3, skills=(("zh", 1),)),
        agent("bob", position=1, skills=(("zh", 2),)),
        agent("cid", position=2, skills=(("zh", 3),)),
    )
    one = centre(*people, strategy=strategy)
    one.sign_in("ann", "bob", "cid")
    one.tell(Join("e", "q", demands=(Demand(("zh",)),)))
    assert one.rung() == [("e", chosen)]


def serve(one: Centre, calls: int, talk_ms: int = 100) -> Counter[str]:
    for number in range(calls):
        one.tell(Join(f"e{number}", "q"), one.now + 1_000)
        name = one.rung()[-1][1]
        one.answer(name)
        one.now += talk_ms
        one.finish(name)
    return Counter(name for _, name in one.rung())


@pytest.mark.req("ACD-06")
@pytest.mark.parametrize(
    "strategy", [Strategy.ROUND_ROBIN, Strategy.FEWEST_CALLS, Strategy.LEAST_TALK]
)
def test_even_strategies_give_each_agent_the_same_share(centre, strategy):
    one = centre("ann", "bob", "cid", strategy=strategy)
    one.sign_in("ann", "bob", "cid")
    assert set(serve(one, 30).values()) == {10}


@pytest.mark.req("ACD-07")
def test_chance_gives_each_idle_agent_the_same_likelihood(centre):
    one = centre("ann", "bob", "cid", "dan", strategy=Strategy.RANDOM)
    one.sign_in("ann", "bob", "cid", "dan")
    counts = serve(one, 2_000)
    # 500 expected; 4.5 standard deviations of a binomial are 87.
    assert all(413 < counts[name] < 587 for name in ("ann", "bob", "cid", "dan"))


def test_top_down_goes_on_below_who_was_asked(centre):
    people = [agent(name, position=at) for at, name in enumerate(("ann", "bob", "cid"))]
    one = centre(*people, strategy=Strategy.TOP_DOWN)
    one.sign_in("ann", "bob", "cid")
    one.tell(Join("e", "q"))
    for name in ("ann", "bob"):
        one.tell(OfferFailed(one.offer_of(name), OfferResult.NO_ANSWER), one.now + 9_000)
    assert [name for _, name in one.rung()] == ["ann", "bob", "cid"]


def test_ring_all_has_one_winner_and_the_losers_stop_at_once(centre):
    one = centre("ann", "bob", "cid", strategy=Strategy.RING_ALL)
    one.sign_in("ann", "bob", "cid")
    one.tell(Join("e", "q"))
    late = one.offer_of("cid")
    decided = one.answer("bob")
    assert [one.agent_id for one in decided if isinstance(one, Connect)] == ["bob"]
    lost = [one for one in decided if isinstance(one, CancelOffer)]
    assert {(one.agent_id, one.reason) for one in lost} == {
        ("ann", Cancelled.LOST),
        ("cid", Cancelled.LOST),
    }
    (answer,) = one.tell(OfferAnswered(late))
    assert answer.reason is Cancelled.TOO_LATE


def test_ring_progressively_rings_one_more_with_each_step(centre):
    one = centre("ann", "bob", "cid", strategy=Strategy.RING_PROGRESSIVELY, ring_step_ms=4_000)
    one.sign_in("ann", "bob", "cid")
    one.tell(Join("e", "q"), 1_000)
    for at, ringing in ((4_999, 1), (5_000, 2), (9_000, 3)):
        one.tell(Tick(), at)
        assert len(one.rung()) == ringing


@pytest.mark.req("X-021", "X-023")
def test_a_level_takes_part_after_its_wait_and_the_place_stays(centre):
    one = centre("ann", agent("two", level=2), level_waits_ms=((2, 10_000),))
    one.sign_in("ann", "two")
    one.tell(Join("a", "q"), 100)
    one.tell(Join("b", "q"), 200)
    assert one.rung() == [("a", "ann")]
    one.tell(Tick(), 10_199)
    assert len(one.rung()) == 1
    one.tell(Tick(), 10_200)
    assert one.rung()[-1] == ("b", "two")


def test_a_level_below_which_nobody_is_available_needs_no_wait(centre):
    one = centre("ann", agent("two", level=2), level_waits_ms=((2, 10_000),))
    one.sign_in("two")
    one.tell(Join("a", "q"), 100)
    assert one.rung() == [("a", "two")]


@pytest.mark.req("X-022")
def test_a_demand_relaxes_with_waiting(centre):
    one = centre(agent("ann", skills=(("zh", 1),)), agent("bob"))
    one.sign_in("ann", "bob")
    steps = (Relaxation(5_000, 1), Relaxation(9_000, 0))
    one.tell(Join("a", "q", demands=(Demand(("zh",), 3, relaxed=steps),)), 1_000)
    one.tell(Join("b", "q", demands=(Demand(("zh",), 3, relaxed=steps),)), 1_001)
    one.tell(Tick(), 5_999)
    assert one.rung() == []
    one.tell(Tick(), 6_001)
    assert one.rung() == [("a", "ann")]
    one.tell(Tick(), 10_001)
    assert one.rung()[-1] == ("b", "bob")


@pytest.mark.req("ACD-03", "ACD-04", "ACD-05")
def test_agents_of_a_queue_that_helps_take_part_later():
    config = Config(
        (Queue("q", widen=(Widening("r", 5_000),)), Queue("r")),
        (agent("ann"), agent("bob", queue="r"), AgentProfile("cid", (Tier("q"), Tier("r")))),
    )
    one = Centre(config)
    one.sign_in("ann", "bob")
    one.tell(Join("a", "q"), 100)
    one.tell(Join("b", "q"), 101)
    assert one.rung() == [("a", "ann")]
    one.tell(Tick(), 5_101)
    assert one.rung()[-1] == ("b", "bob")
    one.sign_in("cid")
    one.tell(Join("c", "r"))
    assert one.rung()[-1] == ("c", "cid")


@pytest.mark.req("ACD-10")
def test_a_preferred_agent_is_waited_for_as_long_as_said(centre):
    one = centre("ann", "bob")
    one.sign_in("ann", "bob")
    one.tell(Join("a", "q"), 100)
    busy = one.rung()[0][1]
    one.answer(busy)
    one.tell(Join("b", "q", prefer=(busy,), prefer_ms=8_000), 200)
    assert len(one.rung()) == 1
    one.tell(Tick(), 8_200)
    assert one.rung()[-1] == ("b", "bob")


def test_a_preferred_agent_who_becomes_free_in_time_gets_the_entry(centre):
    one = centre("ann", "bob")
    one.sign_in("ann", "bob")
    one.tell(Join("a", "q"), 100)
    one.answer("ann")
    one.tell(Join("b", "q", prefer=("ann",), prefer_ms=8_000), 200)
    one.now = 4_000
    one.finish("ann")
    assert one.rung()[-1] == ("b", "ann")


@pytest.mark.req("X-036")
def test_queues_that_share_an_agent_are_served_by_weight():
    queues = (Queue("q", weight=3), Queue("r", weight=1))
    people = (AgentProfile("ann", (Tier("q"), Tier("r"))),)
    one = Centre(Config(queues, people, fairness=Fairness.WEIGHTS))
    one.sign_in("ann")
    for at in range(40):
        one.tell(Join(f"q{at}", "q"), 100 + at)
        one.tell(Join(f"r{at}", "r"), 100 + at)
    for _ in range(39):
        one.answer("ann")
        one.finish("ann")
    counts = Counter(name[0] for name, _ in one.rung())
    assert 29 <= counts["q"] <= 31


@pytest.mark.req("X-036")
def test_queues_that_share_an_agent_are_served_by_the_longest_wait():
    people = (AgentProfile("ann", (Tier("q"), Tier("r"))),)
    one = Centre(Config((Queue("q"), Queue("r")), people))
    one.sign_in("ann")
    for at, (name, queue) in enumerate((("a", "q"), ("b", "r"), ("c", "q"), ("d", "r"))):
        one.tell(Join(name, queue), 100 + at)
    for _ in range(3):
        one.answer("ann")
        one.finish("ann")
    assert [name for name, _ in one.rung()] == ["a", "b", "c", "d"]


@pytest.mark.req("X-038")
def test_a_reserved_agent_is_not_offered_again(centre):
    one = centre("ann")
    one.sign_in("ann")
    one.tell(Join("a", "q"))
    one.tell(Join("b", "q"))
    assert one.rung() == [("a", "ann")]


def test_an_agent_on_another_call_is_not_offered(centre):
    one = centre("ann")
    one.sign_in("ann")
    one.tell(OtherCallBegan("ann", "x"))
    one.tell(Join("a", "q"))
    assert one.rung() == []
    one.tell(OtherCallEnded("ann", "x"))
    assert one.rung() == [("a", "ann")]


def test_a_phone_that_is_not_registered_is_not_offered(centre):
    one = centre("ann")
    one.sign_in("ann")
    one.tell(SetReachable("ann", False))
    one.tell(Join("a", "q"))
    assert (one.rung(), one.state("ann")) == ([], "unreachable")
    one.tell(SetReachable("ann", True))
    assert one.rung() == [("a", "ann")]


def test_a_caller_who_leaves_during_an_offer_ends_the_ringing(centre):
    one = centre("ann")
    one.sign_in("ann")
    one.tell(Join("a", "q"))
    decided = one.tell(Leave("a"))
    assert [d.reason for d in decided if isinstance(d, CancelOffer)] == [Cancelled.CALLER_GONE]
    assert one.state("ann") == "idle"


@pytest.mark.req("X-025")
def test_an_entry_can_be_withdrawn_from_outside(centre):
    one = centre("ann")
    one.tell(ChangeQueue(Queue("q", joining=())))
    one.tell(Join("a", "q"))
    (left,) = one.tell(Withdraw("a"))
    assert isinstance(left, EntryLeft)
    assert left.reason is Leaving.WITHDRAWN


@pytest.mark.req("X-039")
def test_an_offer_of_which_nothing_is_heard_ends_with_its_lease(centre):
    one = centre("ann", "bob", ring_ms=10_000)
    one.sign_in("ann", "bob")
    one.tell(Join("a", "q"), 1_000)
    decided = one.tell(Tick(), 14_000)
    assert [d.kind for d in decided if isinstance(d, Corrected)] == ["offer_lapsed"]
    assert [d.offer.agent_id for d in decided if isinstance(d, MakeOffer)] == ["bob"]
    assert one.distribution.corrections() == {"offer_lapsed": 1}


def test_a_strategy_changes_while_callers_wait(centre):
    people = (agent("ann", position=2), agent("bob", position=1))
    one = centre(*people, joining=())
    one.sign_in("ann", "bob")
    one.tell(ChangeQueue(Queue("q", strategy=Strategy.FIXED_ORDER)))
    one.tell(Join("a", "q"))
    assert one.rung() == [("a", "bob")]
