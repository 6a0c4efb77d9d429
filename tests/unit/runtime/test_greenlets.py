"""A greenlet that fails is seen; a service comes back; stop ends all."""

import gc
import weakref

import gevent

from switchboard.runtime.greenlets import MOST_FAILURES_KEPT, Greenlets


def test_a_failed_task_is_kept_by_name():
    greenlets = Greenlets()
    fault = ValueError("no such file")

    def fail():
        raise fault

    greenlets.start_task("reader", fail).join(timeout=1)
    assert greenlets.failures == [("reader", fault)]
    assert greenlets.live_count == 0


def test_a_service_is_started_again_after_a_failure():
    greenlets = Greenlets()
    starts = []

    def serve():
        starts.append(len(starts))
        if len(starts) == 1:
            raise OSError("gone")
        gevent.sleep(60)

    greenlets.start_service("listener", serve)
    with gevent.Timeout(3):
        while len(starts) < 2:
            gevent.sleep(0.01)
    greenlets.stop()
    assert [name for name, _ in greenlets.failures] == ["listener"]


def test_stop_ends_what_runs():
    greenlets = Greenlets()
    greenlets.start_service("sleeper", lambda: gevent.sleep(60))
    greenlets.start_task("waiter", lambda: gevent.sleep(60))
    greenlets.stop(wait_s=1)
    assert greenlets.live_count == 0


def test_a_fault_that_comes_back_for_ever_keeps_nothing_alive():
    greenlets = Greenlets()

    class Call:
        """What a greenlet held when it failed."""

    def fail():
        call = Call()
        held.append(weakref.ref(call))
        raise ValueError("again")

    held: list[weakref.ref[Call]] = []
    for _ in range(MOST_FAILURES_KEPT + 5):
        greenlets.start_task("reader", fail).join(timeout=1)
    gc.collect()
    assert len(greenlets.failures) == MOST_FAILURES_KEPT
    assert [one() for one in held] == [None] * len(held)
