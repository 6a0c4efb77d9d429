"""Publishing: what is refused, what a call keeps, what a share tries, what withdraws itself."""

from datetime import timedelta

import pytest

from switchboard.ports.flow_versions import FlowOutcome, ReleaseAction, Tally
from switchboard.services.programs import Programs
from switchboard.services.releases import (
    NotPublished,
    Releases,
    differences,
    loader_faults,
    version_id_of,
    why_worse,
)
from tests.fakes.clock import VirtualClock
from tests.fakes.flow_versions import FakeFlowVersions
from tests.unit.services.house import HOTLINE, House, heard


def flows(greeting: str) -> dict[str, str]:
    return {
        "centre.yaml": f"""
centre: desk
languages: [en]
zone: UTC
numbers: {{"{HOTLINE}": {{flow: desk}}}}
""",
        "desk.yaml": f"""
flow: desk
about: A greeting and a menu
languages: [en]
start: {greeting}
everywhere: {{then: {{silent: goodbye, wrong: goodbye}}}}
prompts:
  {greeting}: {{en: "Welcome."}}
  goodbye: {{en: "Goodbye."}}
nodes:
  {greeting}: {{menu: {greeting}, then: {{1: goodbye}}}}
  goodbye: {{hang_up: goodbye}}
""",
    }


OLD, NEW = flows("morning"), flows("evening")


class Office:
    """Whoever publishes, and the server that follows."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.versions = FakeFlowVersions()
        self.releases = Releases(self.versions, self.clock)
        self.prepared = []
        self.programs = Programs(self.versions, self.releases, self.prepared.append)

    def publish(self, files, share: int = 100) -> str:
        version_id = self.releases.keep_draft(files, by="wang")
        self.releases.publish(version_id, by="wang", share=share)
        self.programs.look()
        return version_id

    def share_of(self, version_id: str) -> int:
        picked = [self.programs.pick(f"138{n:08}").version_id for n in range(1000)]
        return picked.count(version_id)

    def ends(self, version_id: str, calls: int, **how) -> None:
        outcome = {"failed": False, "abandoned": False, **how}
        for number in range(calls):
            call_id = f"{version_id}-{sorted(how)}-{number}"
            self.programs.tell_outcome(
                FlowOutcome(call_id, version_id, ended_at=self.clock.now(), **outcome)
            )


@pytest.fixture
def office() -> Office:
    return Office()


# --- publishing -------------------------------------------------------------------------------


@pytest.mark.req("X-006", "I3")
def test_a_version_is_named_by_its_content(office):
    first = office.publish(OLD)
    assert first == version_id_of(dict(reversed(OLD.items())))
    assert office.publish(NEW) != first
    assert office.publish(OLD) == first


@pytest.mark.req("I3")
def test_what_has_mistakes_is_not_published_and_the_live_version_stays(office):
    live = office.publish(OLD)
    broken = {**NEW, "desk.yaml": NEW["desk.yaml"].replace("{menu:", "{menue:")}
    with pytest.raises(NotPublished, match=r"desk\.yaml:\d+:\d+: \w+ .*menue"):
        office.publish(broken)
    office.programs.look()
    assert office.programs.pick("138").version_id == live


@pytest.mark.req("I3")
def test_what_a_call_script_speaks_against_is_not_published(office):
    office.releases = Releases(
        office.versions, office.clock, (loader_faults, lambda files: ("call 1 heard nothing",))
    )
    with pytest.raises(NotPublished, match="call 1 heard nothing"):
        office.publish(OLD)
    assert office.versions.find_release() is None
    assert len(office.versions.list_versions()) == 1


def test_a_draft_is_heard_by_nobody_until_it_is_published(office):
    live = office.publish(OLD)
    draft = office.releases.keep_draft(NEW, by="li")
    office.programs.look()
    assert office.programs.pick("138").version_id == live
    office.releases.publish(draft, by="li")
    office.programs.look()
    assert office.programs.pick("138").version_id == draft


def test_prompts_are_made_before_a_call_needs_them(office):
    office.publish(OLD)
    office.publish(NEW)
    assert [program.flows["desk"].file.start for program in office.prepared] == [
        "morning", "evening",
    ]  # fmt: skip


@pytest.mark.req("X-006")
def test_rolling_back_brings_the_version_before_or_any_other(office):
    first, second = office.publish(OLD), office.publish(NEW)
    release = office.releases.roll_back(by="wang")
    assert (release.action, release.live) == (ReleaseAction.ROLLED_BACK, first)
    assert office.releases.roll_back(second, by="wang").live == second
    with pytest.raises(NotPublished, match="there is no version ffff"):
        office.releases.roll_back("ffff", by="wang")


def test_without_a_version_before_nothing_is_rolled_back(office):
    office.publish(OLD)
    with pytest.raises(NotPublished, match="no version before"):
        office.releases.roll_back(by="wang")


def test_of_two_who_publish_at_the_same_moment_both_are_heard_in_turn(office, monkeypatch):
    office.publish(OLD)
    seen = office.versions.find_release()
    other = office.releases.keep_draft(NEW, by="li")
    office.releases.publish(other, by="li")
    looks = iter([seen])
    real = office.versions.find_release
    monkeypatch.setattr(office.versions, "find_release", lambda: next(looks, None) or real())
    office.releases.roll_back(by="wang")
    assert [one.seq for one in office.versions.list_releases()] == [3, 2, 1]


def test_the_first_start_publishes_and_a_later_one_only_compares(office):
    assert office.releases.publish_first(OLD, by="first start") is True
    assert office.releases.publish_first(OLD, by="first start") is True
    assert office.releases.publish_first(NEW, by="first start") is False
    assert len(office.versions.list_releases()) == 1


def test_a_version_that_this_server_cannot_run_leaves_the_live_one_in_place(office):
    live = office.publish(OLD)
    lax = Releases(office.versions, office.clock, ())
    lax.publish(lax.keep_draft({"desk.yaml": "flow: desk\n"}, by="li"), by="li")
    with pytest.raises(LookupError, match="cannot be run by this server"):
        office.programs.look()
    assert office.programs.pick("138").version_id == live
    office.programs.look()  # it is not tried again every second


# --- calls keep what they have ----------------------------------------------------------------


@pytest.mark.req("X-007", "I3")
def test_a_call_keeps_its_version_to_its_end_also_over_a_restart(tmp_path):
    house = House(tmp_path, OLD)
    first = house.offer()
    house.publish(NEW)
    house.programs.look()
    house.mailboxes[-1].then(first.finish_play, house.mailboxes[-1].close)
    house.run()
    house.restart()
    again = house.offer(call_id="id-1", answered=True)
    house.mailboxes[-1].then(lambda: again.press("1"), again.finish_play)
    house.run()
    assert heard(again) == ["desk.morning.1", "desk.goodbye.1"]
    other = house.offer()
    house.mailboxes[-1].then(other.hangs_up)
    house.run()
    assert heard(other) == ["desk.evening.1"]


@pytest.mark.req("X-007")
def test_a_call_to_a_number_that_is_served_no_more_goes_on(tmp_path):
    house = House(tmp_path, OLD)
    first = house.offer()
    house.mailboxes[-1].then(first.finish_play, house.mailboxes[-1].close)
    house.run()
    house.publish({**NEW, "centre.yaml": NEW["centre.yaml"].replace(HOTLINE, "400")})
    house.restart()
    again = house.offer(call_id="id-1", answered=True)
    house.mailboxes[-1].then(again.hangs_up)
    house.run()
    assert heard(again) == ["desk.morning.1"]


# --- a version on trial -----------------------------------------------------------------------


@pytest.mark.req("I3")
def test_a_share_of_calls_tries_a_version_and_the_same_caller_always_the_same(office):
    live = office.publish(OLD)
    trial = office.publish(NEW, share=10)
    assert 60 <= office.share_of(trial) <= 140
    assert office.share_of(live) + office.share_of(trial) == 1000
    assert len({office.programs.pick("13800138000").version_id for _ in range(9)}) == 1


def test_a_trial_ends_for_everybody_or_for_nobody(office):
    live, trial = office.publish(OLD), office.publish(NEW, share=10)
    office.releases.withdraw(by="wang")
    office.programs.look()
    assert office.share_of(live) == 1000
    office.publish(NEW, share=10)
    office.releases.promote(by="wang")
    office.programs.look()
    assert office.share_of(trial) == 1000
    with pytest.raises(NotPublished, match="no version is on trial"):
        office.releases.withdraw(by="wang")


@pytest.mark.parametrize("publish_first", [True, False])
def test_what_is_live_or_alone_cannot_be_on_trial(office, publish_first):
    if publish_first:
        office.publish(OLD)
    with pytest.raises(NotPublished, match="live"):
        office.publish(OLD, share=10)


@pytest.mark.req("I3")
@pytest.mark.parametrize("how", ["failed", "abandoned"])
def test_a_version_that_does_worse_is_withdrawn_by_itself(office, how):
    live, trial = office.publish(OLD), office.publish(NEW, share=50)
    office.ends(live, 100)
    office.ends(trial, 16)
    office.programs.judge()
    office.programs.look()
    assert office.share_of(trial) > 0
    office.ends(trial, 4, **{how: True})
    office.programs.judge()
    office.programs.look()
    assert office.share_of(live) == 1000
    withdrawn = office.versions.find_release()
    assert (withdrawn.action, withdrawn.by) == (ReleaseAction.WITHDRAWN, "itself")
    assert "20 % of its calls" in withdrawn.reason


def test_calls_from_before_the_trial_do_not_count(office):
    live = office.publish(OLD)
    office.publish(NEW, share=50)
    office.ends(live, 50, failed=True)
    office.releases.withdraw(by="wang")
    office.clock.sleep(timedelta(hours=1).total_seconds())
    trial = office.publish(NEW, share=50)
    assert office.versions.tally(live, office.versions.find_release().at) == Tally()
    assert office.programs.find(trial) is not None


@pytest.mark.parametrize(
    ("live", "candidate", "worse"),
    [
        (Tally(), Tally(), False),
        (Tally(100, 0), Tally(4, 4), False),
        (Tally(100, 0), Tally(5, 5), True),
        (Tally(100, 0), Tally(19, 18), False),
        (Tally(100, 10), Tally(100, 15), False),
        (Tally(100, 10), Tally(100, 16), True),
        (Tally(100, 0, 40), Tally(100, 0, 55), False),
        (Tally(100, 0, 40), Tally(100, 0, 56), True),
        (Tally(), Tally(20, 2), True),
    ],
)
def test_what_counts_as_worse(live, candidate, worse):
    assert (why_worse(live, candidate) is not None) is worse


def test_how_a_call_ended_is_told_while_a_version_is_on_trial(tmp_path):
    house = House(tmp_path, OLD)
    house.publish(NEW, share=99)
    house.programs.look()
    since = house.versions.find_release().at
    leg = house.offer()
    house.mailboxes[-1].then(leg.hangs_up)
    house.run()
    leg = house.offer()
    house.mailboxes[-1].then(lambda: leg.press("1"), leg.finish_play)
    house.run()
    got = house.programs.pick("13800138000").version_id
    assert house.versions.tally(got, since) == Tally(calls=2, failed=0, abandoned=1)


# --- differences ------------------------------------------------------------------------------


def test_differences_are_told_file_by_file():
    lines = differences(OLD, {**NEW, "new.yaml": "flow: new\n"})
    assert "--- a/desk.yaml" in lines
    assert "-start: morning" in lines
    assert "+start: evening" in lines
    assert "+++ b/new.yaml" in lines
    assert "--- a/centre.yaml" not in lines
    assert differences(OLD, OLD) == ()
