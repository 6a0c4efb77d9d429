"""Every order in which the events of a leg can come gives its facts once, a hang-up last."""

from itertools import permutations

import pytest

from switchboard.core.facts import (
    ExecutionFailed,
    KeyPressed,
    LegAnswered,
    LegHungUp,
    PlayEnded,
    RecordEnded,
    SocketLost,
)
from switchboard.esl.events import Event
from switchboard.esl.names import Application
from switchboard.switch.leg_report import LegReport, Running

LEG = "4107d6ad-4bad-497b-acae-7b251c6472c5"
FILE = "/rec/m.wav"


def event(name, **headers):
    told = {key.replace("__", "-"): value for key, value in headers.items()}
    return Event(
        {
            "Event-Name": name,
            "Unique-ID": LEG,
            "Event-Date-Timestamp": "1795348321433030",
            **told,
        }
    )


HANGUP = event("CHANNEL_HANGUP", Hangup__Cause="NORMAL_CLEARING")
HANGUP_COMPLETE = event("CHANNEL_HANGUP_COMPLETE", Hangup__Cause="NORMAL_CLEARING")
RECORDED = event("CHANNEL_EXECUTE_COMPLETE", Application__UUID="r", variable_record_ms="1480")
RECORD_STOP = event("RECORD_STOP", Record__File__Path=FILE, variable_record_ms="1480")
PLAYED = event(
    "CHANNEL_EXECUTE_COMPLETE", Application__UUID="p", Application__Response="FILE PLAYED"
)
KEY = event("DTMF", DTMF__Digit="1")


@pytest.fixture
def facts():
    return []


@pytest.fixture
def report(facts):
    report = LegReport(LEG, answered=False)
    report.attach(facts.append)
    return report


def kinds(facts):
    return [type(fact) for fact in facts]


@pytest.mark.parametrize("order", list(permutations([HANGUP, RECORDED, RECORD_STOP])), ids=str)
def test_a_recording_and_a_hang_up_in_any_order_and_told_by_two(report, facts, order):
    report.began("r", Running(Application.RECORD, FILE))
    for told in (*order, HANGUP_COMPLETE, HANGUP):
        report.observe(told)
    assert kinds(facts) == [RecordEnded, LegHungUp]
    assert facts[0].recorded_ms == 1480
    assert report.ended


def test_the_node_that_tells_only_the_very_end_ends_the_leg(report, facts):
    report.observe(HANGUP_COMPLETE)
    assert kinds(facts) == [LegHungUp]


def test_a_hang_up_waits_for_a_recording_until_it_is_finished_for_it(report, facts):
    report.began("r", Running(Application.RECORD, FILE))
    report.observe(HANGUP)
    report.observe(HANGUP_COMPLETE)
    assert facts == []
    report.finish()
    assert kinds(facts) == [LegHungUp]


def test_what_the_node_tells_of_a_recording_never_overtakes_the_key_that_ended_it(report, facts):
    report.began("r", Running(Application.RECORD, FILE))
    for told in (RECORD_STOP, KEY, RECORDED, HANGUP):
        report.observe(told)
    assert kinds(facts) == [KeyPressed, RecordEnded, LegHungUp]


def test_a_hang_up_waits_for_no_playback(report, facts):
    report.began("p", Running(Application.PLAYBACK))
    for told in (HANGUP, PLAYED, KEY):
        report.observe(told)
    assert kinds(facts) == [LegHungUp]


def test_after_a_hang_up_that_waits_nothing_can_be_asked(report, facts):
    report.began("r", Running(Application.RECORD, FILE))
    report.observe(HANGUP)
    assert report.is_gone
    assert not report.ended
    report.observe(KEY)
    report.failed("r", "late")
    assert facts == []


def test_what_comes_before_anybody_listens_is_kept_for_whoever_will(facts):
    report = LegReport(LEG, answered=False)
    report.observe(event("CHANNEL_ANSWER"))
    report.observe(KEY)
    report.attach(facts.append)
    report.observe(PLAYED)
    assert kinds(facts) == [LegAnswered, KeyPressed]


def test_a_leg_that_came_answered_is_not_answered_again(facts):
    report = LegReport(LEG, answered=True)
    report.attach(facts.append)
    report.observe(event("CHANNEL_ANSWER"))
    assert facts == []


def test_a_completion_ends_what_it_names_and_once(report, facts):
    report.began("p", Running(Application.PLAYBACK))
    report.observe(PLAYED)
    report.observe(PLAYED)
    assert kinds(facts) == [PlayEnded]


def test_what_failed_completes_no_more(report, facts):
    report.began("p", Running(Application.PLAYBACK))
    report.failed("p", "refused")
    report.observe(PLAYED)
    assert kinds(facts) == [ExecutionFailed]


def test_the_sound_that_runs_is_the_oldest(report):
    assert report.find_sound() is None
    report.began("a", Running(Application.ANSWER))
    report.began("p", Running(Application.PLAYBACK))
    report.began("r", Running(Application.RECORD, FILE))
    assert report.find_sound() == "p"
    report.observe(PLAYED)
    assert report.find_sound() == "r"


def test_a_socket_is_lost_once_and_never_after_a_hang_up(report, facts):
    report.lose_socket()
    report.lose_socket()
    report.observe(HANGUP)
    report.lose_socket()
    assert kinds(facts) == [SocketLost, LegHungUp]


def test_a_lost_socket_ends_silently_what_runs(report, facts):
    report.began("p", Running(Application.PLAYBACK))
    report.lose_socket()
    report.observe(PLAYED)
    report.observe(KEY)
    assert kinds(facts) == [SocketLost]


def test_finishing_without_a_hang_up_finishes_nothing(report, facts):
    report.finish()
    assert facts == []
    assert not report.ended


def test_an_event_that_means_nothing_to_us_is_none_of_a_legs_facts(report, facts):
    report.observe(event("CHANNEL_PARK"))
    report.observe(event("DTMF", DTMF__Digit="?"))
    assert facts == []
