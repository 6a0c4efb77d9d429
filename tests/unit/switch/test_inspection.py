"""What is wrong with a FreeSWITCH that was looked at: every danger has words and a remedy."""

import socket
from dataclasses import replace

import pytest

from switchboard.switch.inspection import Observation, Severity, judge, observe
from switchboard.switch.nodes import FreeSwitchNode

GOOD = Observation("127.0.0.1:8121", version="FreeSWITCH Version 1.11.2-release (64bit)")


def severities(seen):
    return [finding.severity for finding in judge(seen)]


def test_nothing_is_wrong_with_a_good_one():
    assert judge(GOOD) == ()


@pytest.mark.parametrize(
    ("seen", "severity", "words"),
    [
        (replace(GOOD, takes_everybodys_password=True), Severity.DANGER, "everybody knows"),
        (replace(GOOD, exposed_at=("192.0.2.1:8121",)), Severity.DANGER, "192.0.2.1:8121"),
        (replace(GOOD, shell_by_api=True), Severity.DANGER, "run programs"),
        (replace(GOOD, shell_by_application=True), Severity.DANGER, "run programs"),
        (replace(GOOD, version="FreeSWITCH Version 1.11.1-release"), Severity.DANGER, "1.11.1"),
        (replace(GOOD, version="FreeSWITCH Version 1.10.12"), Severity.DANGER, "1.10.12"),
        (replace(GOOD, missing_modules=("mod_json_cdr",)), Severity.FAULT, "mod_json_cdr"),
        (replace(GOOD, fault="Connection refused"), Severity.FAULT, "Connection refused"),
        (replace(GOOD, as_user=False), Severity.ADVICE, "may everything"),
        (replace(GOOD, version="something else"), Severity.ADVICE, "something else"),
    ],
)
def test_each_fault_is_told_with_a_remedy(seen, severity, words):
    (finding,) = judge(seen)
    assert finding.severity is severity
    assert words in finding.what
    assert finding.remedy


@pytest.mark.parametrize("version", ["1.11.2", "1.11.10-release", "1.12.0", "2.0.0"])
def test_a_later_version_has_no_known_holes(version):
    assert judge(replace(GOOD, version=f"FreeSWITCH Version {version}")) == ()


def test_the_worst_stands_first():
    seen = replace(GOOD, as_user=False, missing_modules=("mod_sofia",), shell_by_api=True)
    assert severities(seen) == [Severity.DANGER, Severity.FAULT, Severity.ADVICE]


def test_what_could_not_be_asked_is_not_judged():
    seen = replace(GOOD, version="", fault="no route", missing_modules=("mod_sofia",))
    assert severities(seen) == [Severity.FAULT]


def test_a_freeswitch_that_is_not_there_is_told_as_such():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    seen = observe(FreeSwitchNode("local", "127.0.0.1", port, "p4ssw0rd-p4ssw0rd"), ("mod_sofia",))
    assert "refused" in seen.fault
    assert not seen.takes_everybodys_password
    assert severities(seen) == [Severity.FAULT]
