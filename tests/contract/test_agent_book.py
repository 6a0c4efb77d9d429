"""The promises of the agent book (``switchboard/ports/agent_book.py``)."""

from switchboard.acd import AgentProfile, Config, Distribution, Join, Queue, SetStatus, Status, Tier
from switchboard.acd.decisions import AgentChanged, MakeOffer
from switchboard.ports.agent_book import KeptOffer, KeptSeat, Place

QUEUE = Queue("service")
AGENTS = tuple(AgentProfile(name, (Tier("service"),), (("zh", 3),)) for name in ("ann", "bob"))


def decided(*events: tuple[int, object]) -> list[object]:
    """What a real distribution decides: whole moments and offers, as they are kept."""
    return list(Distribution(Config((QUEUE,), AGENTS), seed=1, run="o").replay(events))


WORK = decided(
    (1_000, SetStatus("ann", Status.AVAILABLE)),
    (2_000, SetStatus("bob", Status.ON_BREAK, "tea")),
    (3_000, Join("c1.service", "service", call_id="c1", number="138")),
    (4_000, SetStatus("bob", Status.AVAILABLE)),
)
MOMENTS = [one.moment for one in WORK if isinstance(one, AgentChanged)]
(OFFER,) = [one.offer for one in WORK if isinstance(one, MakeOffer)]


def test_the_latest_moment_of_each_agent_is_found_whole(store):
    for moment in (*MOMENTS, MOMENTS[0]):
        store.agent_book.keep_moment(moment)
    latest = {moment.agent_id: moment for moment in MOMENTS}
    assert store.agent_book.list_latest() == (latest["ann"], latest["bob"])
    assert store.agent_book.list_moments(1_000, 3_000) == tuple(
        moment for moment in MOMENTS if moment.at_ms < 3_000
    )


def test_what_an_agent_was_before_a_change_is_found(store):
    for moment in MOMENTS:
        store.agent_book.keep_moment(moment)
    of_ann = [moment for moment in MOMENTS if moment.agent_id == "ann"]
    book = store.agent_book
    assert book.find_moment("ann", of_ann[1].at_ms, of_ann[1].number) == of_ann[0]
    assert book.find_moment("ann", of_ann[1].at_ms, of_ann[1].number + 1) == of_ann[1]
    assert book.find_moment("ann", 9_000_000, 0) == of_ann[-1]
    assert book.find_moment("ann", of_ann[0].at_ms, of_ann[0].number) is None
    assert book.find_moment("carl", 9_000_000, 0) is None


def test_an_offer_is_live_until_it_ends_and_ends_once(store):
    book = store.agent_book
    book.keep_offer(OFFER, "c1")
    book.keep_offer(OFFER, "another")
    assert book.list_live_offers() == (KeptOffer(OFFER, "c1"),)
    book.end_offer(OFFER.offer_id, "no_answer", 23_000)
    book.end_offer(OFFER.offer_id, "answered", 24_000)
    assert book.list_live_offers() == ()
    assert book.list_offers("c1") == (KeptOffer(OFFER, "c1", "no_answer", 23_000),)
    assert book.list_offers("c2") == ()


def test_places_are_kept_in_their_order_until_they_are_given_up(store):
    book = store.agent_book
    first, second = Place("c1.service", "service", 5_000), Place("c2.service", "service", 4_000)
    book.keep_place(first)
    book.keep_place(second)
    assert book.list_places() == (second, first)
    book.keep_place(Place("c1.service", "other", 5_000))
    book.forget_place("c2.service")
    book.forget_place("c9.service")
    assert book.list_places() == (Place("c1.service", "other", 5_000),)


def test_an_agent_has_one_seat_the_last(store):
    book = store.agent_book
    book.keep_seat(KeptSeat("bob", "phone:1002"))
    book.keep_seat(KeptSeat("ann", "phone:1001"))
    book.keep_seat(KeptSeat("bob", "outside:+8613900000001"))
    assert book.list_seats() == (
        KeptSeat("ann", "phone:1001"), KeptSeat("bob", "outside:+8613900000001"),
    )  # fmt: skip
