"""Builds what agents and supervisors reach beside the queues: phones, own calls, listening."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from uuid import uuid4

from switchboard import flow
from switchboard.bundled import bundled
from switchboard.console.supervisors import SupervisorDesk
from switchboard.flow import Program
from switchboard.flow.effects import Sound, Speech
from switchboard.media.prompts import PromptLibrary
from switchboard.ports.inboxes import Start
from switchboard.ports.prompts import SpeechFailed
from switchboard.ports.recordings import RecordingFiles
from switchboard.queues import Queues
from switchboard.runtime.clock import ScaledClock
from switchboard.runtime.mailboxes import Mailbox
from switchboard.services.agent_phone import LIBRARY, AgentDoor, AgentPhone, MonitorPhone
from switchboard.services.call_recording import RecordingMeans
from switchboard.services.conversation import Exchange
from switchboard.services.desk_calls import DeskCalls, DeskMeans
from switchboard.services.feature_call import Features
from switchboard.services.monitoring import Monitoring, Warn, WatchMeans
from switchboard.services.offered import TalkNow
from switchboard.services.on_demand import OnDemand
from switchboard.services.outgoing_calls import OutgoingMeans
from switchboard.services.ringing import Confirming
from switchboard.services.secrets import SecretDesk
from switchboard.services.shown_calls import ShownCalls
from switchboard.services.speech import playable
from switchboard.services.story import Story
from switchboard.services.supervising import Supervising
from switchboard.services.wording import Wording
from switchboard.settings import Settings
from switchboard.store.secrets import Argon2Hasher
from switchboard.store.store import Store

# Who is asked for a key has so long to press it behind the words.
PRESS_WITHIN_MS = 3000


@dataclass(frozen=True, slots=True)
class Ground:
    """What all of it stands on.

    Attributes:
        settings: The installation's.
        store: The records.
        clock: The clock.
        exchange: Dials and joins.
        program: Gives the flows as they stand now.
        library: The prompts.
        files: Recordings; no prompt of agents has any.
        start: Begins greenlets.
    """

    settings: Settings
    store: Store
    clock: ScaledClock
    exchange: Exchange
    program: Callable[[], Program]
    library: PromptLibrary
    files: RecordingFiles
    start: Start

    @property
    def language(self) -> str:
        """The centre's first."""
        languages = self.program().centre.languages
        return languages[0] if languages else "zh"

    @property
    def wording(self) -> Wording:
        """What agents hear by phone."""
        return Wording(lambda: _with_library(self.program()), LIBRARY)

    def story_of(self, call_id: str) -> Story:
        """Return the journal of a call."""
        return Story(call_id, self.store.journal, self.clock, lambda: uuid4().hex)


@dataclass(frozen=True, slots=True)
class Desk:
    """What agents and supervisors reach.

    Attributes:
        reach: For the pages over HTTP.
        shown: What agents see of their callers.
        calls: Agents' own calls.
        features: Numbers that they dial.
    """

    reach: SupervisorDesk
    shown: ShownCalls
    calls: DeskCalls
    features: Features


def make_desk(ground: Ground, queues: Queues, recording: RecordingMeans) -> Desk:
    """Make it, and let the distributor ask for keys and tell alerts."""
    calls = DeskCalls(_desk_means(ground, queues))

    def find_talk(agent_id: str) -> TalkNow | None:
        return queues.distributor.find_talk(agent_id) or calls.find_talk(agent_id)

    supervising = Supervising(
        queues.rosters,
        queues.seats,
        queues.distributor,
        ground.exchange.conversations,
        find_talk,
        ground.story_of,
    )
    monitoring = Monitoring(find_talk, partial(_node_of, ground.exchange), _watch_means(ground))
    queues.distributor.confirming = Confirming(partial(_words_for, ground), ground.start)
    queues.distributor.hear_alert = queues.agents.hear_alert
    on_demand = OnDemand(find_talk, recording, ground.clock, ground.story_of)
    reach = SupervisorDesk(
        queues.agents, supervising, monitoring, on_demand, ground.store.agent_book
    )
    shown = ShownCalls(
        queues.distributor,
        ground.store.journal,
        lambda flow, node: ground.program().about(flow, node),
    )
    return Desk(reach, shown, calls, _features(ground, queues, supervising, monitoring))


def _features(
    ground: Ground, queues: Queues, supervising: Supervising, monitoring: Monitoring
) -> Features:
    setting = ground.settings.agents
    door = AgentDoor(
        agents=queues.agents,
        desk=SecretDesk(ground.store.secrets, Argon2Hasher(), ground.clock),
        wording=ground.wording,
        language=ground.language,
        policy=setting.pins(),
        clock=ground.clock,
    )
    phones: Mapping[str, AgentPhone | MonitorPhone] = {
        setting.phone: AgentPhone(door, setting.breaks),
        setting.monitor_phone: MonitorPhone(door, supervising, monitoring),
    }
    return {number: phone for number, phone in phones.items() if number}


def outgoing_means(settings: Settings, clock: ScaledClock, start: Start) -> OutgoingMeans:
    """Return whom calls that we make may reach, and what they need."""
    return OutgoingMeans(
        extensions=_extensions(settings),
        may_dial=partial(_may_dial, settings),
        open_mailbox=lambda: Mailbox(clock),
        start=start,
    )


def _extensions(settings: Settings) -> frozenset[str]:
    """Phones of people: not the web page's, which is many at once."""
    guest = settings.web_call.extension if settings.web_call else ""
    return frozenset(one.number for one in settings.freeswitch.extensions if one.number != guest)


def _may_dial(settings: Settings, number: str) -> bool:
    return any(gateway.admits(number) for gateway in settings.freeswitch.gateways)


def _desk_means(ground: Ground, queues: Queues) -> DeskMeans:
    return DeskMeans(
        agents=queues.agents,
        seats=queues.seats,
        distribution=queues.distributor,
        exchange=ground.exchange,
        wording=ground.wording,
        language=ground.language,
        clock=ground.clock,
        extensions=_extensions(ground.settings),
        may_dial=partial(_may_dial, ground.settings),
        wrap_up_ms=ground.settings.agents.own_wrap_up_s * 1000,
    )


def _watch_means(ground: Ground) -> WatchMeans:
    return WatchMeans(
        dialler=ground.exchange.dialler,
        conversations=ground.exchange.conversations,
        new_leg_id=ground.exchange.new_leg_id,
        open_mailbox=lambda: Mailbox(ground.clock),
        start=ground.start,
        seconds=ground.clock.seconds,
        story_of=ground.story_of,
        warning=partial(_warning, ground),
    )


def _warning(ground: Ground) -> str | None:
    """The file that tells an agent of a listener."""
    warn = ground.settings.agents.warn
    try:
        if warn is Warn.TONE:
            return ground.library.file_of(Sound("tone"))
        if warn is Warn.SPOKEN:
            speech = ground.wording.speech("monitored", ground.language, ground.clock.now())
            return next(iter(_files(ground, speech)), None)
    except SpeechFailed:
        return None
    return None


def _words_for(ground: Ground, number: str) -> tuple[str, ...]:
    """What somebody on a number outside hears who is asked for a key."""
    wording, now = ground.wording, ground.clock.now()
    speech = (
        wording.speech("confirm_from", ground.language, now, number=number)
        if number
        else wording.speech("confirm_withheld", ground.language, now)
    )
    return (*_files(ground, speech), f"silence_stream://{PRESS_WITHIN_MS}")


def _files(ground: Ground, speech: Speech) -> tuple[str, ...]:
    return playable(speech, ground.library, ground.files).files


def _node_of(exchange: Exchange, leg_id: str) -> str:
    legs = exchange.conversations.list_legs()
    return next((leg.node for leg in legs if leg.leg_id == leg_id), "")


def _with_library(program: Program) -> Program:
    """The flows, if they have the agents' prompts; else what ships."""
    return program if f"{LIBRARY}.which_agent" in program.prompts else _shipped()


@cache
def _shipped() -> Program:
    file = bundled("ivr_flows") / LIBRARY / f"{LIBRARY}.yaml"
    program = flow.load({f"{LIBRARY}/{LIBRARY}.yaml": file.read_text(encoding="utf-8")}).program
    assert program is not None, "the library that ships has mistakes"
    return program
