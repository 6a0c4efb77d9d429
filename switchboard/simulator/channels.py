"""A channel: one leg as the switch keeps it. State and records; no greenlet, no socket.

What runs on it is the executor's business; what its person hears and says is in ``sound``.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum

from switchboard.simulator.profiles import Profile
from switchboard.simulator.variables import Variables


class State(IntEnum):
    """The states of a channel, numbered as FreeSWITCH numbers them."""

    CS_NEW = 0
    CS_INIT = 1
    CS_ROUTING = 2
    CS_SOFT_EXECUTE = 3
    CS_EXECUTE = 4
    CS_EXCHANGE_MEDIA = 5
    CS_PARK = 6
    CS_CONSUME_MEDIA = 7
    CS_HIBERNATE = 8
    CS_RESET = 9
    CS_HANGUP = 10
    CS_REPORTING = 11
    CS_DESTROY = 12


class CallState(StrEnum):
    """What a person would call the state of the call."""

    DOWN = "DOWN"
    RINGING = "RINGING"
    EARLY = "EARLY"
    ACTIVE = "ACTIVE"
    HELD = "HELD"
    UNHELD = "UNHELD"
    HANGUP = "HANGUP"


@dataclass(frozen=True, slots=True)
class Message:
    """A private event of a channel: a ``sendmsg`` that waits for its turn."""

    headers: Mapping[str, str]
    body: str = ""

    def header(self, name: str) -> str:
        """Return the header's value, empty when there is none; names are lower-case."""
        return self.headers.get(name, "")


@dataclass(frozen=True, slots=True)
class Applied:
    """One line of the application log: what was executed, when."""

    name: str
    argument: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Action:
    """One step of an extension: an application with its argument."""

    application: str
    argument: str = ""


@dataclass(slots=True)
class Extension:
    """What the dialplan says is to be done, and how far it has been done.

    Attributes:
        name: The extension's name.
        number: The number that found it.
        actions: Its steps.
        done: How many of them have begun.
    """

    name: str
    number: str
    actions: tuple[Action, ...]
    done: int = 0


@dataclass(slots=True)
class Channel:
    """One leg on the node.

    Attributes:
        leg_id: Its uuid.
        number: Counts the node's channels.
        profiles: Caller profiles, the newest first.
        state: What it is to do.
        running_state: What its own thread does, which lags behind.
        call_state: What a person would call it.
        variables: Its channel variables.
        hit_dialplan: Whether it has been through the dialplan.
        answered: Whether it has been answered.
        early: Whether sound flows before an answer.
        is_held: Whether its phone is held.
        is_zombie: Its phone has transferred the partner away and is about to hang up.
        cause: Why it was hung up, once it was.
        transferred: A transfer has been asked and its route not begun.
        break_asked: What plays is to end.
        controlled: It is parked, under the control of a socket or of nobody.
        messages: Private events that wait.
        keys: Keys that came and were not read yet.
        digits_dialed: Keys that were read, for the CDR.
        log: Applications executed.
        extensions: What the dialplan said, the newest first, one for each profile.
        first: The profile that it was made with.
        shown_action: What it began last, as lists of channels tell it; they know no end of it.
        shown_call_id: Which call lists of channels count it to, once it was joined to another.
    """

    leg_id: str
    number: int
    profiles: list[Profile]
    state: State = State.CS_NEW
    running_state: State = State.CS_INIT
    call_state: CallState = CallState.DOWN
    variables: Variables = field(default_factory=Variables)
    hit_dialplan: bool = False
    answered: bool = False
    early: bool = False
    is_held: bool = False
    is_zombie: bool = False
    cause: str = ""
    transferred: bool = False
    break_asked: bool = False
    controlled: bool = False
    messages: deque[Message] = field(default_factory=deque)
    keys: deque[str] = field(default_factory=deque)
    digits_dialed: str = ""
    log: list[Applied] = field(default_factory=list)
    extensions: list[Extension | None] = field(default_factory=lambda: [None])
    first: Profile = field(init=False)
    shown_action: Action = Action("")
    shown_call_id: str = ""

    def __post_init__(self) -> None:
        self.first = self.profiles[-1]

    @property
    def profile(self) -> Profile:
        """The newest profile."""
        return self.profiles[0]

    @property
    def is_down(self) -> bool:
        """Whether it has been hung up."""
        return self.state >= State.CS_HANGUP

    @property
    def is_over(self) -> bool:
        """Whether its end has been reported."""
        return self.state >= State.CS_REPORTING

    @property
    def is_ready(self) -> bool:
        """Whether an application may go on: neither hung up, nor reset, nor transferred away."""
        return not self.is_down and self.state is not State.CS_RESET and not self.transferred

    @property
    def answer_state(self) -> str:
        """``ringing``, ``early``, ``answered`` or ``hangup``."""
        if self.is_down:
            return "hangup"
        if self.answered:
            return "answered"
        return "early" if self.early else "ringing"
