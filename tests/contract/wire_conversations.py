"""The world of dialling and conversations over sockets: a scripted FreeSWITCH does what people do.

It knows who talks with whom and reports what FreeSWITCH would, in FreeSWITCH's order (traces
``attended_transfer``, ``blind_transfer_to_agent``, ``three_way_conference``).
"""

from switchboard.core.causes import HangupCause
from tests.wire.peer import wait_for
from tests.wire.room import Room

CALLER = "4107d6ad-4bad-497b-acae-7b251c6472c5"
OUTBOUND = {"Call__Direction": "outbound"}


class WireWorld:
    """A switch room, and a scripted FreeSWITCH on the other side of its sockets."""

    def __init__(self):
        self.room = Room().open()
        self.node = self.room.node
        self.facts = {}
        self.dialler = self.room.switch.dialler
        self.conversations = self.room.switch.conversations
        self._pairs = {}
        self._rooms = {}
        self._answered = set()
        self._playing = {}

    # --- people -------------------------------------------------------------------------------

    def sink(self, leg_id):
        return self.facts.setdefault(leg_id, []).append

    def caller(self):
        channel, taken = self.room.call(CALLER, Answer__State="answered")
        self._channel = channel
        self.facts[CALLER] = taken.facts
        return taken.leg

    def rings(self, leg_id):
        self.node.report("CHANNEL_PROGRESS", leg_id, **OUTBOUND)

    def answers(self, leg_id):
        self._answered.add(leg_id)
        self.node.channels.append(leg_id)
        self.node.report("CHANNEL_ANSWER", leg_id, Answer__State="answered", **OUTBOUND)
        self._job(leg_id, f"+OK {leg_id}")

    def hangs_up(self, leg_id, cause=HangupCause.NORMAL_CLEARING):
        if leg_id in self.node.channels:
            self.node.channels.remove(leg_id)
        if cause is not HangupCause.USER_NOT_REGISTERED:
            self.node.report("CHANNEL_HANGUP", leg_id, Hangup__Cause=str(cause))
        if leg_id != CALLER and leg_id not in self._answered:
            self._job(leg_id, f"-ERR {cause}")
        self._unbridge(leg_id)

    def finishes_play(self, leg_id):
        self.node.report(
            "CHANNEL_EXECUTE_COMPLETE",
            leg_id,
            Application="playback",
            Application__Response="FILE PLAYED",
            Application__UUID=self._playing[leg_id],
            **OUTBOUND,
        )

    def comes_back(self, leg_id):
        taken = self.room.call(
            leg_id,
            Answer__State="answered",
            Caller__Destination__Number="resume",
            variable_switchboard_call_id="call-1",
            variable_switchboard_talks="true",
        )[1]
        assert (taken.offer.talked, taken.offer.referred_to) == (True, "")
        self.facts[leg_id] = taken.facts
        return taken.leg

    def no_clip_plays(self):
        self.node.api["uuid_fileman"] = "-ERR No file handle!\n"

    # --- FreeSWITCH ---------------------------------------------------------------------------

    def does(self, ask, *args):
        """Ask, and let FreeSWITCH do it."""
        answer = ask(*args)
        done = getattr(self, f"_done_{ask.__name__}", None)
        if done is not None:
            leg = getattr(ask.__self__, "leg_id", None)
            done(*((leg, *args) if leg else args), **({"answer": answer} if answer else {}))
        return answer

    def _done_join(self, one, other):
        self.node.line.expect(f"api uuid_bridge {one} {other}")
        for leg_id in (one, other):
            self._unbridge(leg_id)
        self._pairs[one], self._pairs[other] = other, one
        self.node.report("CHANNEL_BRIDGE", one, **self._bridge(one, other))

    def _done_park(self, leg_id):
        self.node.line.expect(f"api uuid_park {leg_id}")
        self._leave(leg_id)

    def _done_bring_back(self, leg_id):
        self.node.line.expect(f"api uuid_transfer {leg_id} resume XML switchboard")
        self._leave(leg_id)

    def _done_enter_room(self, leg_id, room):
        self.node.line.expect(f"api uuid_transfer {leg_id} 'conference:{room}@switchboard,")
        self._leave(leg_id)
        self._rooms[leg_id] = room
        self._conference(leg_id, room, "add-member")

    def _done_play_clip(self, leg_id, file, hearers):
        self.node.line.expect(f"api uuid_broadcast {leg_id} {file} {hearers}")
        del self.node.api["uuid_fileman"]

    def _done_hold(self, leg_id):
        self.node.report("CHANNEL_HOLD", leg_id)

    def _done_retrieve(self, leg_id):
        self.node.report("CHANNEL_UNHOLD", leg_id)

    def _done_play(self, leg_id, files, answer):
        self._playing[leg_id] = self.node.line.expect("playback").header("Event-UUID")

    def _done_listen(self, leg_id, to_leg_id, answer):
        self._playing[leg_id] = self.node.line.expect("eavesdrop").header("Event-UUID")

    def _done_hang_up(self, leg_id, cause):
        self.node.line.expect(f"api uuid_kill {leg_id} {cause}")
        self.hangs_up(leg_id, cause)

    def _leave(self, leg_id):
        self._unbridge(leg_id)
        if room := self._rooms.pop(leg_id, ""):
            self._conference(leg_id, room, "del-member")
        if execution_id := self._playing.pop(leg_id, ""):
            self.node.report(
                "CHANNEL_EXECUTE_COMPLETE", leg_id, Application="eavesdrop",
                Application__UUID=execution_id, **OUTBOUND,
            )  # fmt: skip

    def _unbridge(self, leg_id):
        other = self._pairs.pop(leg_id, "")
        if other:
            self._pairs.pop(other, None)
            self.node.report("CHANNEL_UNBRIDGE", leg_id, **self._bridge(leg_id, other))

    def _bridge(self, one, other):
        return {"Bridge__A__Unique__ID": one, "Bridge__B__Unique__ID": other}

    def _conference(self, leg_id, room, action):
        self.node.report(
            "CUSTOM",
            leg_id,
            Event__Subclass="conference::maintenance",
            Conference__Name=room,
            Action=action,
        )

    def _job(self, leg_id, result):
        self.node.report("BACKGROUND_JOB", "", Job__UUID=leg_id, _body=f"{result}\n")

    # --- the test -----------------------------------------------------------------------------

    def wait(self, holds):
        wait_for(holds, "something told")

    def next(self, leg_id, kind):
        self.wait(lambda: self.facts[leg_id])
        fact = self.facts[leg_id].pop(0)
        assert isinstance(fact, kind), fact
        assert fact.leg_id == leg_id
        return fact

    def close(self):
        left = {leg_id: tuple(facts) for leg_id, facts in self.facts.items() if facts}
        self.room.close()
        assert self.room.greenlets.failures == []
        assert left == {}
