"""Places without a caller on the line: the same entry, the same place, another way to be reached.

The agent comes first: a callback is offered in its turn, and the caller is called when the agent
is on the line. So there are never more calls to callers in flight than agents who wait for them.
"""

from switchboard.acd.decisions import Connect, EntryAsleep, Leaving, Offer
from switchboard.acd.events import CallerMissed, CallerReached, CallerReturned, WaitForCallback
from switchboard.acd.floor import Floor
from switchboard.acd.lines import Entry, Phase
from switchboard.acd.matching import seat
from switchboard.acd.offering import leave_waiting
from switchboard.acd.results import depart, end_talk


def wait_for_callback(floor: Floor, event: WaitForCallback) -> None:
    """The caller hangs up and keeps the place."""
    entry = floor.entries.get(event.entry_id)
    if entry is None or entry.phase is Phase.CALLING:
        floor.ignored["no such entry"] += 1
        return
    entry.callback = event.plan
    entry.on_line = False
    if entry.phase is Phase.WAITING:
        wake(floor, entry)


def wake(floor: Floor, entry: Entry) -> None:
    """Have a callback take part in its line when it may be called, else sleep until it may."""
    plan = entry.callback
    if plan is None or entry.on_line:
        return
    if floor.now >= plan.expires_at_ms:
        depart(floor, entry, Leaving.EXPIRED)
        return
    wakes_at = _may_call_at(plan.windows_ms, max(floor.now, entry.asleep_until_ms))
    if wakes_at is None or wakes_at >= plan.expires_at_ms:
        wakes_at = plan.expires_at_ms
    if wakes_at > floor.now:
        leave_waiting(floor, entry)
        floor.note(entry, Phase.ASLEEP)
        floor.out.append(EntryAsleep(entry.entry_id, wakes_at))
        floor.timers.at(wakes_at, woken, (entry, entry.attempts, wakes_at))
        entry.asleep_until_ms = wakes_at
        return
    floor.timers.at(_ends_at(entry), window_over, (entry, entry.attempts))
    seat(floor, entry)


def _ends_at(entry: Entry) -> int:
    """Return when the present window of a callback ends, or the callback itself."""
    plan = entry.callback
    if plan is None:
        raise AssertionError(f"{entry.entry_id} is no callback")
    begun = max(entry.asleep_until_ms, entry.joined_at_ms)
    ends = [until for _, until in plan.windows_ms if until > begun]
    return min([plan.expires_at_ms, *ends])


def _may_call_at(windows_ms: tuple[tuple[int, int], ...], at_ms: int) -> int | None:
    if not windows_ms:
        return at_ms
    return next((max(begin, at_ms) for begin, end in windows_ms if at_ms < end), None)


def woken(floor: Floor, subject: tuple[Entry, int, int]) -> None:
    """A callback may be called now."""
    entry, attempts, wakes_at = subject
    asleep = entry.phase is Phase.ASLEEP and entry.asleep_until_ms == wakes_at
    if asleep and entry.attempts == attempts:
        wake(floor, entry)


def window_over(floor: Floor, subject: tuple[Entry, int]) -> None:
    """The hours in which a callback may be called are over: it sleeps, or has expired."""
    entry, attempts = subject
    if entry.phase is Phase.WAITING and not entry.on_line and entry.attempts == attempts:
        wake(floor, entry)


def caller_reached(floor: Floor, event: CallerReached) -> None:
    """The caller is on the line with the agent: the place has done its work."""
    entry = floor.entries.get(event.entry_id)
    if entry is None or entry.phase is not Phase.CALLING:
        floor.ignored["reached nobody"] += 1
        return
    entry.on_line = True
    offer = _conversation(floor, entry)
    if offer is not None:
        floor.out.append(Connect(offer.offer_id, entry.entry_id, offer.agent_id))
    depart(floor, entry, Leaving.ANSWERED)


def caller_missed(floor: Floor, event: CallerMissed) -> None:
    """The caller was not reached: the agent is free, the place sleeps, or is given up."""
    entry = floor.entries.get(event.entry_id)
    if entry is None or entry.phase is not Phase.CALLING or entry.callback is None:
        floor.ignored["missed nobody"] += 1
        return
    offer = _conversation(floor, entry)
    plan = entry.callback
    if entry.attempts >= plan.attempts:
        depart(floor, entry, Leaving.NOT_REACHED)
    else:
        entry.asleep_until_ms = floor.now + plan.retry_after_ms
        wake(floor, entry)
    if offer is not None:
        end_talk(floor, floor.agents[offer.agent_id], offer, wrap_up=False)


def caller_returned(floor: Floor, event: CallerReturned) -> None:
    """The caller called by themselves: the same place, with the caller on the line."""
    entry = floor.entries.get(event.entry_id)
    if entry is None or entry.phase is Phase.CALLING:
        floor.ignored["no such entry"] += 1
        return
    entry.on_line = True
    entry.call_id = event.call_id
    if entry.phase is Phase.ASLEEP:
        seat(floor, entry)


def _conversation(floor: Floor, entry: Entry) -> Offer | None:
    agent_id = entry.history[-1][2]
    agent = floor.agents.get(agent_id)
    return None if agent is None or not agent.talking else agent.offer
