"""``switchboard calls report``, ``rebuild`` and ``compare``, and the pages of the list."""

import csv
import io
import os

import pytest

from switchboard.core.journal import EntryKind
from tests.unit.cli.conftest import fact, offered
from tests.unit.cli.test_calls import whole_call

DAY = ["--of", "2026-12-01"]


@pytest.fixture
def day(installation):
    installation.put(
        *whole_call("c1"),
        offered("c2", 3600, dnis="=500"),
        fact("c2", EntryKind.HUNG_UP, 3601, cause="ORIGINATOR_CANCEL", by="caller"),
    )
    return installation


@pytest.mark.req("RPT-01")
def test_a_day_is_reported_by_hour_of_the_centre(day):
    assert day.says("calls", "report", "day", *DAY).splitlines() == [
        "2026-12-01",
        "hour   calls  live  answered  refused  abandoned  failed  messages  mean length",
        "18     1      -     1         -        -          -       1         73.0 s",
        "19     1      -     -         -        1          -       -         -",
        "total  2      -     1         -        1          -       1         73.0 s",
    ]


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        (["week", *DAY], ["2026-12-01"]),
        (["month", *DAY], ["2026-12-01"]),
        (["year", *DAY], ["2026-12"]),
        (["year", *DAY, "--by", "number"], ["4008001000", "=500"]),
        (["year", *DAY, "--by", "number", "--number", "400"], ["4008001000"]),
        (["day", "--of", "2026-12-02"], []),
    ],
)
def test_a_span_is_reported_by_what_is_asked_for(day, words, keys):
    report = day.json("calls", "report", *words)
    assert [line[report["by"]] for line in report["lines"]] == keys
    assert report["total"]["calls"] == sum(line["calls"] for line in report["lines"])


def test_a_spreadsheet_takes_no_number_for_a_formula(day):
    told = day.says("calls", "report", "day", *DAY, "--by", "number", "--csv")
    rows = list(csv.DictReader(io.StringIO(told)))
    assert [row["number"] for row in rows] == ["4008001000", "'=500"]
    assert rows[0]["mean_length_s"] == "73.000"


def test_counts_can_be_made_anew(day):
    assert "by days of Asia/Shanghai" in day.says("calls", "rebuild")


def test_the_list_goes_page_by_page_and_by_day(day):
    first = day.run("calls", "--limit", "1")
    assert "older ones: --behind c2" in first.output
    assert [one["call_id"] for one in day.json("calls", "--behind", "c2")] == ["c1"]
    assert [one["call_id"] for one in day.json("calls", "--day", "2026-12-01")] == ["c2", "c1"]
    assert day.json("calls", "--day", "2026-12-02") == []
    assert [one["call_id"] for one in day.json("calls", "--result", "abandoned")] == ["c2"]
    assert "write 2026-12-01, today" in day.refuses("calls", "--day", "1.12.")
    assert "nothing is behind it" in day.refuses("calls", "--behind", "zzz")


@pytest.mark.req("I12")
def test_a_call_shows_its_segments(day):
    assert "segment: ivr from 18:05:03.120, 73.0 s" in day.says("calls", "show", "c1")
    (segment,) = day.json("calls", "show", "c1")["segments"]
    assert (segment["kind"], segment["length_ms"]) == ("ivr", 73_000)


@pytest.mark.req("REL-06")
def test_a_day_is_compared_and_what_was_found_is_kept(day):
    told = day.says("calls", "compare", "--day", "2026-12-01", "--again")
    assert "2 calls, 2 agree" in told
    assert "all agree" in told
    found = day.json("calls", "compare", "--day", "2026-12-01")
    assert (found["calls"], found["faults"]) == (2, 0)


def test_a_day_with_something_to_look_at_fails(day):
    stray = day.folder / "recordings/2026/12/01/stray.wav"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"RIFF")
    os.utime(stray, (1, 1))
    result = day.run("calls", "compare", "--day", "2026-12-01")
    assert result.exit_code == 1
    assert "a file of no recording: stray" in result.output
    assert "1 to look at" in result.output
