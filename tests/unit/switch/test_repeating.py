"""Work that is repeated survives its own faults."""

from structlog.testing import capture_logs

from switchboard.switch.repeating import repeat


def test_a_fault_is_logged_and_the_work_goes_on_until_it_is_stopped():
    done = []

    def work():
        done.append(len(done))
        if len(done) == 2:
            raise ValueError("a fault")

    with capture_logs() as logs:
        repeat(work, 0.0, lambda: len(done) == 4)
    assert done == [0, 1, 2, 3]
    assert [entry["event"] for entry in logs] == ["repeated work failed"]


def test_what_is_stopped_from_the_first_is_never_done():
    done = []
    repeat(lambda: done.append(1), 0.0, lambda: True)
    assert done == []
