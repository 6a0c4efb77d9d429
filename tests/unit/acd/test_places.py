"""Places: joining, being refused, moving, coming back, being called back, restored, explained."""

import pytest

from switchboard.acd import (
    Absence,
    CallbackPlan,
    CallerMissed,
    CallerReached,
    CloseQueue,
    Config,
    Connect,
    DialCaller,
    Distribution,
    EndWrapUp,
    EntryLeft,
    EntryMoved,
    ExtendWrapUp,
    Goal,
    Join,
    Joined,
    JoinRefused,
    Leave,
    Leaving,
    MakeOffer,
    MoveEntry,
    OfferFailed,
    OfferResult,
    Passed,
    Queue,
    Reconcile,
    Rule,
    SetStatus,
    Status,
    Surge,
    SurgeChanged,
    Target,
    Tick,
    WaitForCallback,
    When,
)
from tests.unit.acd.conftest import Centre, agent


def refusals(one: Centre) -> list[Leaving]:
    return [refused.reason for refused in one.found(JoinRefused)]


@pytest.mark.req("X-034")
def test_a_queue_refuses_when_nobody_counts_as_present(centre):
    one = centre("ann")
    one.tell(Join("a", "q"))
    assert refusals(one) == [Leaving.NOBODY]
    one.sign_in("ann")
    one.tell(Join("b", "q"))
    assert len(refusals(one)) == 1


@pytest.mark.req("X-034")
def test_a_rule_may_count_agents_on_a_break_as_absent(centre):
    rule = Rule(When.NOBODY, Target(Goal.REFUSE), absent=frozenset({Absence.ON_BREAK}))
    one = centre("ann", joining=(rule,))
    one.sign_in("ann")
    one.tell(SetStatus("ann", Status.ON_BREAK, "lunch"))
    one.tell(Join("a", "q"))
    assert refusals(one) == [Leaving.NOBODY]


@pytest.mark.req("X-035")
def test_joining_is_diverted_by_callers_for_each_agent(centre):
    rule = Rule(When.CALLS_PER_AGENT, Target(Goal.CALLBACK), limit=200)
    one = centre("ann", joining=(rule,))
    one.sign_in("ann")
    for name in ("a", "b", "c"):
        one.tell(Join(name, "q"))
    (refused,) = one.found(JoinRefused)
    assert (refused.entry_id, refused.target.goal) == ("c", Goal.CALLBACK)


def test_a_full_queue_refuses_all_but_the_protected(centre):
    one = centre("ann", at_most=1)
    one.sign_in("ann")
    one.tell(Join("a", "q"))
    one.tell(Join("b", "q"))
    one.tell(Join("c", "q", protected=True))
    assert refusals(one) == [Leaving.FULL]
    assert [joined.entry_id for joined in one.found(Joined)] == ["a", "c"]


@pytest.mark.req("ACD-15", "ACD-16")
def test_a_caller_is_sent_on_after_the_wait_that_a_rule_says(centre):
    rule = Rule(When.WAIT, Target(Goal.VOICEMAIL, "sales"), limit=30_000)
    one = centre("ann", waiting=(rule,))
    one.sign_in("ann")
    one.tell(Join("a", "q"), 100)
    one.tell(Join("b", "q"), 200)
    one.answer("ann")
    one.tell(Tick(), 30_200)
    left = one.found(EntryLeft)[-1]
    assert (left.entry_id, left.target) == ("b", Target(Goal.VOICEMAIL, "sales"))


@pytest.mark.req("X-023")
def test_an_entry_that_flows_over_keeps_its_place():
    rule = Rule(When.WAIT, Target(Goal.QUEUE, "r"), limit=10_000)
    queues = (Queue("q", waiting=(rule,), joining=()), Queue("r", joining=()))
    one = Centre(Config(queues, (agent("ann", queue="r"),)))
    one.tell(Join("old", "q"), 1_000)
    one.tell(Join("new", "r"), 2_000)
    one.tell(Tick(), 11_000)
    assert [moved.queue_id for moved in one.found(EntryMoved)] == ["r"]
    one.sign_in("ann")
    assert one.rung() == [("old", "ann")]


def test_closing_now_acts_on_those_who_wait(centre):
    one = centre("ann", joining=())
    one.tell(Join("a", "q"))
    one.tell(CloseQueue("q"))
    one.tell(Join("b", "q"))
    assert [left.reason for left in one.found(EntryLeft)] == [Leaving.CLOSED]
    assert refusals(one) == [Leaving.CLOSED]


@pytest.mark.req("X-033")
def test_a_caller_cut_off_gets_the_old_place_within_the_limit(centre):
    one = centre("ann", joining=(), returns_within_ms=60_000)
    one.tell(Join("a", "q", number="+1"), 1_000)
    one.tell(Join("b", "q", number="+2"), 2_000)
    one.tell(Leave("a"), 3_000)
    one.tell(Join("c", "q", number="+1"), 60_000)
    assert one.distribution.position("c") == 1
    one.tell(Leave("b"), 61_000)
    one.tell(Join("d", "q", number="+2"), 121_001)
    assert [joined.old_place for joined in one.found(Joined)] == [False, False, True, False]


PLAN = CallbackPlan("+1", expires_at_ms=3_600_000, attempts=2, retry_after_ms=60_000)


@pytest.mark.req("X-031")
def test_a_callback_keeps_the_place_and_the_agent_comes_first(centre):
    one = centre("ann")
    one.sign_in("ann")
    for name in ("x", "a", "b"):
        one.tell(Join(name, "q"), one.now + 10)
    one.answer("ann")
    one.tell(WaitForCallback("a", PLAN))
    assert one.distribution.position("a") == 1
    one.finish("ann")
    assert one.rung()[-1] == ("a", "ann")
    decided = one.answer("ann")
    assert [d.number for d in decided if isinstance(d, DialCaller)] == ["+1"]
    assert not [d for d in decided if isinstance(d, Connect)]
    decided = one.tell(CallerReached("a"))
    assert [d.entry_id for d in decided if isinstance(d, Connect)] == ["a"]


def test_a_callback_that_fails_sleeps_is_tried_again_and_given_up(centre):
    one = centre("ann")
    one.sign_in("ann")
    one.tell(Join("a", "q", callback=PLAN), 100)
    for attempt in (1, 2):
        one.answer("ann")
        one.tell(CallerMissed("a"), one.now + 1_000)
        assert one.state("ann") in ("idle", "wrap_up")
        one.tell(Tick(), one.now + 60_000)
        assert len(one.rung()) == min(attempt + 1, 2)
    assert [left.reason for left in one.found(EntryLeft)] == [Leaving.NOT_REACHED]


def test_a_callback_waits_for_its_hours_and_expires(centre):
    plan = CallbackPlan("+1", 100_000, windows_ms=((50_000, 60_000),))
    one = centre("ann")
    one.sign_in("ann")
    one.tell(Join("a", "q", callback=plan), 100)
    assert one.rung() == []
    one.tell(SetStatus("ann", Status.ON_BREAK))
    one.tell(Tick(), 60_001)
    one.tell(SetStatus("ann", Status.AVAILABLE))
    assert one.rung() == []
    one.tell(Tick(), 100_000)
    assert [left.reason for left in one.found(EntryLeft)] == [Leaving.EXPIRED]


def test_one_number_waits_for_one_callback(centre):
    one = centre("ann", joining=())
    one.tell(Join("a", "q", callback=PLAN))
    one.tell(Join("b", "q", callback=PLAN))
    assert refusals(one) == [Leaving.ALREADY]


@pytest.mark.req("X-037")
@pytest.mark.parametrize(
    ("result", "delay_ms"),
    [(OfferResult.NO_ANSWER, 5_000), (OfferResult.REJECTED, 10_000), (OfferResult.BUSY, 20_000)],
)
def test_each_kind_of_failure_has_its_own_delay(centre, result, delay_ms):
    one = centre("ann")
    one.sign_in("ann")
    one.tell(Join("a", "q"), 1_000)
    one.tell(OfferFailed(one.offer_of("ann"), result))
    one.tell(Tick(), 1_000 + delay_ms - 1)
    assert len(one.rung()) == 1
    one.tell(Tick(), 1_000 + delay_ms)
    assert len(one.rung()) == 2


@pytest.mark.req("X-037")
def test_three_offers_in_a_row_without_an_answer_bring_a_break(centre):
    one = centre("ann")
    one.sign_in("ann")
    one.tell(Join("a", "q"), 1_000)
    for _ in range(3):
        one.tell(OfferFailed(one.offer_of("ann"), OfferResult.NO_ANSWER))
        one.tell(Tick(), one.now + 5_000)
    (moment,) = one.distribution.snapshot(one.now).agents
    assert (moment.status, moment.reason) == (Status.ON_BREAK, "no_answer")
    assert len(one.rung()) == 3


def test_wrap_up_is_extended_ended_and_never_longer_than_its_limit(centre):
    one = centre("ann", wrap_up_ms=10_000, wrap_up_limit_ms=25_000)
    one.sign_in("ann")
    one.tell(Join("a", "q"), 1_000)
    one.answer("ann")
    one.finish("ann")
    one.tell(Join("b", "q"))
    one.tell(ExtendWrapUp("ann", 60_000))
    one.tell(Tick(), 25_999)
    assert one.state("ann") == "wrap_up"
    one.tell(Tick(), 26_000)
    assert one.rung()[-1] == ("b", "ann")
    one.answer("ann")
    one.finish("ann")
    one.tell(EndWrapUp("ann"))
    assert one.state("ann") == "idle"


@pytest.mark.req("X-039")
def test_what_is_not_live_is_mended_and_counted(centre):
    one = centre("ann")
    one.sign_in("ann")
    one.tell(Join("a", "q"))
    one.tell(Join("b", "q"))
    one.answer("ann")
    one.tell(Reconcile(frozenset(), frozenset(), frozenset(), as_of_ms=50_000), 50_001)
    assert one.distribution.corrections() == {"caller_gone": 1, "talk_over": 1}
    assert one.state("ann") == "idle"


def test_a_surge_puts_callbacks_first_caps_the_queue_and_ends(centre):
    surge = Surge(arrivals_per_minute=3, at_most=3, calm_ms=60_000)
    one = centre("ann", surge=surge)
    one.sign_in("ann")
    for name in ("a", "b", "c", "d"):
        one.tell(Join(name, "q"), one.now + 100)
    one.tell(Join("e", "q", protected=True))
    assert refusals(one) == [Leaving.SURGE]
    assert [joined.callback_first for joined in one.found(Joined)] == [False, False, True, False]
    one.tell(Tick(), 200_000)
    assert [change.surging for change in one.found(SurgeChanged)] == [True, False]


def test_a_restored_distribution_goes_on_as_if_nothing_had_been(centre):
    one = centre("ann", "bob", wrap_up_ms=5_000)
    one.sign_in("ann", "bob")
    for at, name in enumerate(("a", "b", "c", "d")):
        one.tell(Join(name, "q", number=name), 1_000 + at)
    one.answer("ann")
    one.finish("ann")
    snapshot = one.distribution.snapshot(one.now)
    again = Distribution.restore(one.distribution.floor.config, snapshot)
    assert again.snapshot(one.now) == snapshot
    offers = [
        [d.offer.entry_id for d in which.apply(Tick(), one.now + 5_000) if isinstance(d, MakeOffer)]
        for which in (one.distribution, again)
    ]
    assert offers == [["c"], ["c"]]


@pytest.mark.req("I7")
def test_an_offer_is_explained_with_everybody_who_was_passed_over(centre):
    one = centre("ann", "bob", "cid", "dan", agent("eve", queue="other"))
    one.sign_in("ann", "bob", "cid", "eve")
    one.tell(SetStatus("cid", Status.ON_BREAK, "tea"), 100)
    one.tell(Join("a", "q"), 200)
    (offer,) = one.distribution.offers_of("a")
    one.answer("ann")
    one.finish("ann")
    one.tell(SetStatus("cid", Status.AVAILABLE))
    told = one.distribution.why(offer.offer_id)
    assert [(c.agent_id, c.reason, c.rank) for c in told.candidates] == [
        ("ann", Passed.CHOSEN, 1),
        ("bob", Passed.RANKED_BEHIND, 2),
        ("cid", Passed.ON_BREAK, 0),
        ("dan", Passed.NOT_SIGNED_IN, 0),
        ("eve", Passed.NOT_IN_QUEUE, 0),
    ]


def test_an_entry_that_waits_is_told_why_for_each_agent(centre):
    one = centre("ann", "bob")
    one.sign_in("ann")
    one.tell(Join("a", "q"))
    one.tell(Join("b", "q"))
    told = one.distribution.why_waiting("b")
    assert [c.reason for c in told.candidates] == [Passed.RINGING, Passed.NOT_SIGNED_IN]


def test_moving_an_entry_ends_its_ringing_and_keeps_its_place():
    one = Centre(Config((Queue("q"), Queue("r", joining=())), (agent("ann"),)))
    one.sign_in("ann")
    one.tell(Join("a", "q"), 100)
    one.tell(Join("b", "r"), 200)
    one.tell(MoveEntry("a", "r"), 300)
    assert one.distribution.position("a") == 1
    assert one.state("ann") == "idle"
