"""Agents and supervisors by phone: number and PIN, then signing in, breaks, signing out, listening.

An agent sits at the phone that calls when it proved by its password to be an extension of ours,
else where they usually do. Who is no agent and who keyed a wrong PIN hear the same; wrong PINs are
counted for the agent and for the calling number, as those of mailboxes are.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog

from switchboard import acd
from switchboard.core.causes import HangupCause
from switchboard.core.journal import EntryKind
from switchboard.flow.effects import CheckSecret, Failed, OpenSecret, SecretChecked
from switchboard.flow.world import SecretState
from switchboard.ports.clock import Clock
from switchboard.ports.dialling import Outside, Phone
from switchboard.services.agents import Agents, AgentView, NotPossible
from switchboard.services.caller import Caller
from switchboard.services.feature_call import Visit
from switchboard.services.mailbox_phone import LONGEST_NUMBER, LONGEST_PIN, PinPolicy
from switchboard.services.monitoring import Manner, Monitoring
from switchboard.services.secrets import SecretDesk
from switchboard.services.story import Story
from switchboard.services.supervising import Supervising
from switchboard.services.talk import Talk, TalkOver
from switchboard.services.wording import Wording

log = structlog.get_logger(__name__)

LIBRARY = "agent"
PIN = "agent_pin"
"""Under which the secret book keeps the PINs of agents."""
COME, READY, BREAK, SIGN_OUT, LEAVE = "1", "2", "3", "4", "*"


@dataclass(frozen=True, slots=True)
class AgentDoor:
    """Lets agents in by number and PIN.

    Attributes:
        agents: The agents.
        desk: Proves PINs.
        wording: The prompts of the library :data:`LIBRARY`.
        language: In which they are said.
        policy: Of PINs.
        clock: The clock.
    """

    agents: Agents
    desk: SecretDesk
    wording: Wording
    language: str
    policy: PinPolicy
    clock: Clock

    def talk_with(self, caller: Caller) -> Talk:
        """Begin to talk."""
        return Talk(caller, self.wording, self.language, self.clock.now)

    def let_in(self, talk: Talk, story: Story, ani: str) -> str | None:
        """Ask for number and PIN until both are right; None when that is tried too often."""
        for _ in range(self.policy.attempts):
            number = talk.digits("which_agent", LONGEST_NUMBER)
            agent = self.agents.find_agent(number)
            owner = agent.agent_id if agent else f"no agent {number}"
            checked = self._prove(talk, owner, ani)
            story.tell(
                EntryKind.SECRET_CHECKED,
                secret=PIN, owner=number, outcome=str(checked.state), left=checked.left,
            )  # fmt: skip
            if checked.state is SecretState.PROVED and agent is not None:
                return agent.agent_id
            talk.say("locked" if checked.state is SecretState.LOCKED else "wrong_pin")
            if checked.state is SecretState.LOCKED:
                return None
        return None

    def _prove(self, talk: Talk, owner: str, ani: str) -> SecretChecked:
        opened = self.desk.open(OpenSecret(PIN, owner), ani)
        if opened.state is SecretState.LOCKED:
            return opened
        keyed = talk.secret("which_pin", LONGEST_PIN)
        if keyed is None:
            return SecretChecked(SecretState.WRONG, self.policy.attempts)
        attempts, lock_for_ms = self.policy.attempts, self.policy.lock_for_ms
        check = CheckSecret(PIN, owner, keyed.secret_id, attempts, lock_for_ms)
        checked = self.desk.check(check, ani, talk.secrets)
        if isinstance(checked, Failed):
            raise TalkOver(checked.reason)
        return checked


@dataclass(frozen=True, slots=True)
class AgentPhone:
    """The number that agents dial to sign in, out, and for a break.

    Attributes:
        door: Lets them in.
        breaks: Kinds of break by key.
    """

    door: AgentDoor
    breaks: Mapping[str, str]

    def serve(self, caller: Caller, story: Story, visit: Visit) -> None:
        """Lead the whole talk; returns when it is over, however it ended."""
        talk = self.door.talk_with(caller)
        agent_id = None
        try:
            agent_id = self.door.let_in(talk, story, visit.offer.ani)
            if agent_id is not None:
                self.door.agents.be_on_call(agent_id, story.call_id)
                self._go_through(talk, agent_id, visit.offer.extension)
            talk.say("goodbye")
        except TalkOver as over:
            log.info("agent's talk over", why=str(over))
        finally:
            if agent_id is not None:
                self._free(caller, agent_id, story.call_id)

    def _free(self, caller: Caller, agent_id: str, call_id: str) -> None:
        """Hang up, so that the phone is free when a queue rings it."""
        try:
            caller.hang_up(HangupCause.NORMAL_CLEARING)
        finally:
            self.door.agents.be_off_call(agent_id, call_id)

    def _go_through(self, talk: Talk, agent_id: str, extension: str) -> None:
        """Do what is keyed, until the agent is signed out or leaves."""
        while True:
            question = self._question(agent_id, extension)
            key = talk.key(question)
            if key in (LEAVE, "#"):
                return
            signed_in = question != "not_signed_in"
            if key == COME and question != "what_now":
                self._try(talk, "signed_in", lambda: self.door.agents.sign_in(agent_id, extension))
                return
            if key == READY and signed_in:
                self._try(talk, "ready", lambda: self.door.agents.be_ready(agent_id))
            elif key == BREAK and signed_in:
                self._have_break(talk, agent_id)
            elif key == SIGN_OUT and signed_in:
                self._try(talk, "signed_out", lambda: self.door.agents.sign_out(agent_id))
                return
            else:
                talk.say("not_a_choice")

    def _question(self, agent_id: str, extension: str) -> str:
        agent = self.door.agents.find_agent(agent_id)
        if agent is None or not is_signed_in(agent):
            return "not_signed_in"
        elsewhere = extension and agent.seat != f"phone:{extension}"
        return "signed_in_elsewhere" if elsewhere else "what_now"

    def _have_break(self, talk: Talk, agent_id: str) -> None:
        reason = self.breaks.get(talk.key("which_break"))
        if reason is None:
            talk.say("not_a_choice")
            return
        self._try(talk, "on_break", lambda: self.door.agents.go_on_break(agent_id, reason))

    def _try(self, talk: Talk, prompt: str, act: Callable[[], None]) -> None:
        try:
            act()
        except NotPossible as refusal:
            log.info("not possible by phone", why=str(refusal))
            talk.say("not_possible")
        else:
            talk.say(prompt)


@dataclass(frozen=True, slots=True)
class MonitorPhone:
    """The number that supervisors dial to listen, from anywhere: they are called back at once.

    Attributes:
        door: Lets them in.
        supervising: Knows who may.
        monitoring: Rings them.
    """

    door: AgentDoor
    supervising: Supervising
    monitoring: Monitoring

    def serve(self, caller: Caller, story: Story, visit: Visit) -> None:
        """Ask whom they want to hear, hang up and ring them for it."""
        talk = self.door.talk_with(caller)
        try:
            by = self.door.let_in(talk, story, visit.offer.ani)
            agent_id = self._ask_whom(talk, by) if by else None
            if by is None or agent_id is None:
                talk.say("goodbye")
                return
            talk.say("call_back")
        except TalkOver as over:
            log.info("supervisor's talk over", why=str(over))
            return
        caller.hang_up(HangupCause.NORMAL_CLEARING)
        self._call_back(by, agent_id, visit)

    def _ask_whom(self, talk: Talk, by: str) -> str | None:
        try:
            self.supervising.check(by)
        except NotPossible:
            talk.say("not_possible")
            return None
        while agent_id := talk.digits("whom_to_hear", LONGEST_NUMBER):
            if self.monitoring.is_talking(agent_id):
                return agent_id
            talk.say("no_talk")
        return None

    def _call_back(self, by: str, agent_id: str, visit: Visit) -> None:
        offer = visit.offer
        seat = Phone(offer.extension) if offer.extension else Outside(offer.ani)
        try:
            self.monitoring.be_in(Manner.LISTEN, agent_id, by, seat)
        except NotPossible as refusal:
            log.warning("a supervisor is not called back", by=by, why=str(refusal))


def is_signed_in(agent: AgentView) -> bool:
    """Whether they have signed in and not out again."""
    return agent.moment is not None and agent.moment.status is not acd.Status.LOGGED_OUT
