"""Builds every object of the server once; the only place that knows all concrete classes.

:class:`Server` is what ``switchboard serve`` runs. The parts that commands need too are made by
``installation.py``, those of messages and recordings by ``voice.py``.
"""

import shutil
from collections.abc import Callable
from pathlib import Path
from secrets import token_hex
from uuid import uuid4

import gevent
import structlog

from switchboard.board import make_board
from switchboard.console.api import api_pages
from switchboard.console.app import create_app
from switchboard.console.board import add_board_pages
from switchboard.console.metrics import PrometheusMetrics
from switchboard.console.outgoing import add_outgoing_pages
from switchboard.console.queues import add_queue_pages
from switchboard.console.server import ConsoleServer
from switchboard.console.shown import add_shown_pages
from switchboard.console.supervisors import add_supervisor_pages
from switchboard.core.legs import LegOffer
from switchboard.desk import Ground, make_desk, outgoing_means
from switchboard.flow import Program
from switchboard.flow.effects import Piece, Sound
from switchboard.installation import (
    get_or_make_token,
    hold_music,
    is_on_one_machine,
    make_errands,
    make_pages,
    make_prompts,
    open_store,
    publish_first,
    publishing_checks,
)
from switchboard.media.recordings import RecordingFolder
from switchboard.ports.leg_offers import FactSink
from switchboard.ports.legs import Leg
from switchboard.queues import make_queues, make_upkeep
from switchboard.records import make_comparison, make_nights
from switchboard.runtime.clock import ScaledClock
from switchboard.runtime.descriptors import raise_limit
from switchboard.runtime.greenlets import Greenlets
from switchboard.runtime.lag import HubLag
from switchboard.runtime.mailboxes import Mailbox
from switchboard.runtime.presence import Presence
from switchboard.runtime.shutdown import Shutdown
from switchboard.services import health
from switchboard.services.admission import Admission, Limit
from switchboard.services.announcing import keep_prepared
from switchboard.services.call import World
from switchboard.services.caller import Means
from switchboard.services.calls import Calls
from switchboard.services.conversation import Exchange
from switchboard.services.errands import unserved
from switchboard.services.left_calls import LeftCalls
from switchboard.services.line import CallerFact
from switchboard.services.nightly import Nights
from switchboard.services.numbers import Numbers
from switchboard.services.outgoing_calls import OutgoingCalls
from switchboard.services.people import PeopleMeans
from switchboard.services.programs import Programs
from switchboard.services.records import CdrIntake
from switchboard.services.releases import Releases
from switchboard.services.secret_search import SecretPrints
from switchboard.settings import NumberLimit, Settings
from switchboard.switch.cdr_files import CdrFolder
from switchboard.switch.nodes import FreeSwitchNode, Listener, Reach
from switchboard.switch.switch import Switch
from switchboard.voice import make_node_desk, make_voice

log = structlog.get_logger(__name__)

# A day of a small centre's recordings; below it, calls are not taken by a balancer's choice.
LEAST_FREE_BYTES = 500 * 2**20
WATCH_STORE_EVERY_S = 1.0
MOST_SOCKETS = 20_000


def _off_the_hub(work: Callable[[], Program]) -> Program:
    program: Program = gevent.get_hub().threadpool.apply(work)
    return program


def _limit(limit: NumberLimit) -> Limit:
    return Limit(limit.calls, limit.calls_per_second)


def _most_sockets(settings: Settings) -> int:
    """Sockets are not what limits calls: those over the limit are refused in words, on theirs."""
    calls = settings.limits.calls
    return MOST_SOCKETS if calls is None else calls + calls // 2 + 100


class Server:
    """One server process, built once.

    Args:
        settings: Everything about this installation.

    Raises:
        SettingsError: the flows have mistakes.
        MistakenUrl: the database cannot be used.
        StoreAway: the database cannot be reached.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._clock = ScaledClock(settings.clock_speed, settings.clock_origin)
        self._greenlets = Greenlets()
        self._shutdown = Shutdown()
        self._metrics = PrometheusMetrics()
        self._store = open_store(settings)
        self._prompts, self._speaker = make_prompts(settings, self._metrics)
        self._prompt_failures: tuple[str, ...] | None = None
        releases = Releases(self._store.flow_versions, self._clock, publishing_checks(settings))
        publish_first(settings, releases)
        self._programs = Programs(
            self._store.flow_versions, releases, self._prepare_flows, _off_the_hub
        )
        self._programs.look(prepare=False)
        self._voice = make_voice(
            settings,
            self._store,
            self._clock,
            lambda: self._programs.live,
            self._prompts,
        )
        self._prints = SecretPrints()
        self._presence = Presence(settings.folder / "servers")
        self._switch = self._make_switch()
        self._exchange = Exchange(
            self._switch.dialler,
            self._switch.conversations,
            hold_music(settings),
            lambda: str(uuid4()),
        )
        self._queues = make_queues(
            self._store,
            self._switch,
            self._exchange,
            self._clock,
            lambda: self._programs.live,
        )
        self._desk = make_desk(self._ground(), self._queues, self._voice.recording)
        self._world = self._make_world()
        self._calls = self._make_calls()
        self._upkeep = make_upkeep(
            self._queues, self._store, self._switch, self._world, self._calls
        )
        self._left_calls = LeftCalls(
            self._world, self._calls.owns, self._open_mailbox, self._greenlets.start_task
        )
        self._console = self._make_console()

    def run(self) -> int:
        """Serve until SIGTERM or SIGINT, then go down the ladder.

        Returns:
            The exit status: 0, or 1 when a greenlet failed on the way.
        """
        raise_limit()
        recovered = self._store.recover()
        if recovered:
            log.info("records of a former process written", changes=recovered)
        self._store.reports.keep_zone(self._programs.live.zone)
        self._presence.announce()
        self._shutdown.listen()
        self._add_rungs()
        self._start_greenlets()
        self._console.start()
        self._switch.start()
        numbers = self._numbers().list_numbers()
        log.info("serving", numbers=list(numbers))
        self._shutdown.wait()
        return 1 if self._greenlets.failures else 0

    # --- what is built ------------------------------------------------------------------------

    def _make_world(self) -> World:
        settings, store = self._settings, self._store
        recordings = RecordingFolder(settings.folder / "recordings")
        return World(
            means=Means(
                self._clock, self._prompts, recordings, store.announcements, self._prints.note
            ),
            journal=store.journal,
            runs=store.runs,
            mailboxes=self._voice.mailboxes,
            recording=self._voice.recording,
            metrics=self._metrics,
            errands=make_errands(settings, store, self._clock),
            programs=self._programs,
            parameters=store.parameters,
            new_id=lambda: token_hex(16),
            people=PeopleMeans(
                self._exchange,
                self._queues.distributor,
                self._clock,
                self._queues.rosters.staff,
            ),
        )

    def take(self, offer: LegOffer, leg: Leg) -> FactSink:
        """Take a leg whose socket has come: the switch was made before whoever takes its legs."""
        return self._calls.take(offer, leg)

    def _make_calls(self) -> Calls:
        settings, store = self._settings, self._store
        numbers = {number: _limit(limit) for number, limit in settings.limits.numbers.items()}
        return Calls(
            numbers=self._numbers(),
            admission=Admission(_limit(settings.limits), numbers),
            blacklist=store.blacklist,
            world=self._world,
            open_mailbox=self._open_mailbox,
            start=self._greenlets.start_task,
        )

    def _numbers(self) -> Numbers:
        features = {**self._voice.features, **self._desk.features}
        return Numbers(self._programs, features, self._desk.calls.find_service)

    def _ground(self) -> Ground:
        return Ground(
            settings=self._settings,
            store=self._store,
            clock=self._clock,
            exchange=self._exchange,
            program=lambda: self._programs.live,
            library=self._prompts,
            files=self._voice.recording.files,
            start=self._greenlets.start_task,
        )

    def _open_mailbox(self) -> Mailbox[CallerFact]:
        return Mailbox(self._clock)

    def _make_nights(self) -> Nights:
        settings, store, clock = self._settings, self._store, self._clock
        zone = self._programs.live.zone
        comparison = make_comparison(settings, store, zone, clock, self._metrics, self._prints)
        return make_nights(settings, clock, store, comparison, self._voice.retention, zone)

    def _make_switch(self) -> Switch:
        settings = self._settings
        nodes = [
            FreeSwitchNode(
                node.name,
                node.event_socket.host,
                node.event_socket.port,
                password=node.password,
                user=node.user,
                reach=Reach(settings.freeswitch.sip_domain, settings.freeswitch.gateways),
            )
            for node in settings.nodes
        ]
        calls = settings.listen.calls
        return Switch(
            nodes=nodes,
            listener=Listener(
                calls.host,
                calls.port,
                settings.listen.allow,
                most_sockets=_most_sockets(settings),
                fetch_to=str(calls) if is_on_one_machine(settings) else "",
                is_alone=self._presence.is_alone,
            ),
            taker=self,
            clock=self._clock,
            start=self._greenlets.start_task,
            metrics=self._metrics,
        )

    def _make_console(self) -> ConsoleServer:
        checks = [
            health.database_check(self._probe_store),
            health.event_socket_check(self._switch.nodes_connected),
            health.prompts_check(lambda: self._prompt_failures),
            health.disk_check(self._free_bytes, LEAST_FREE_BYTES),
            health.admission_check(lambda: self._shutdown.is_asked),
        ]
        desk = make_node_desk(self._settings, self._store)
        board = make_board(self._store, self._queues, self._clock, lambda: self._programs.live.zone)
        outgoing = OutgoingCalls(
            self._world, outgoing_means(self._settings, self._clock, self._greenlets.start_task)
        )
        app = create_app(
            health.Health(checks).report,
            self._metrics.page,
            nodes=desk,
            api=api_pages(
                self._queues.agents,
                get_or_make_token(self._settings),
                [
                    lambda pages: add_supervisor_pages(pages, self._desk.reach),
                    lambda pages: add_board_pages(pages, board),
                    lambda pages: add_shown_pages(pages, self._desk.shown),
                    lambda pages: add_outgoing_pages(pages, outgoing),
                    lambda pages: add_queue_pages(
                        pages, self._queues.hours, self._upkeep.corrections
                    ),
                ],
            ),
            pages=make_pages(self._settings),
        )
        http = self._settings.listen.http
        return ConsoleServer(app, http.host, http.port)

    def _probe_store(self) -> None:
        if why := self._store.health.away:
            raise ConnectionError(why)

    def _free_bytes(self) -> int:
        return shutil.disk_usage(self._settings.folder).free

    # --- what runs ----------------------------------------------------------------------------

    def _start_greenlets(self) -> None:
        service = self._greenlets.start_service
        service("store writer", self._store.keep_writing)
        service("hub lag", HubLag(self._hear_lag).watch)
        service("store watch", self._watch_store)
        boards = self._store.announcements
        service("notices", lambda: keep_prepared(boards, self._prompts, self._clock))
        service("flows", lambda: self._programs.keep_looking(self._clock))
        service("left calls", self._left_calls.keep_finishing)
        service("nights", self._make_nights().keep_working)
        for name, work in (
            *self._voice.services(),
            *self._queues.services(),
            *self._upkeep.services(),
        ):
            service(name, work)
        self._greenlets.start_task("prompts", self._prepare_prompts)
        for node in self._settings.nodes:
            if node.cdrs is not None:
                service(f"CDRs of {node.name}", self._intake_of(node.cdrs))

    def _intake_of(self, folder: Path) -> Callable[[], None]:
        intake = CdrIntake(CdrFolder(folder), self._store.records, self._metrics)
        return lambda: intake.keep_taking_in(self._clock)

    def _hear_lag(self, late_s: float) -> None:
        self._metrics.hub_late(late_s)
        self._queues.lag.hear(late_s)

    def _watch_store(self) -> None:
        while True:
            self._metrics.spool_length(self._store.health.spooled)
            self._clock.sleep(WATCH_STORE_EVERY_S)

    def _prepare_prompts(self) -> None:
        self._prepare_flows(self._programs.live)

    def _prepare_flows(self, program: Program) -> None:
        """Speak every fixed text before a call needs it."""
        known = self._settings
        for missing in unserved(program, known.sources, known.connections):
            log.warning("the settings do not say where something of the flows is", what=missing)
        pieces: list[Piece | Sound] = [Sound("tone")]
        for name in {name for number in program.numbers.values() for name in number.flows()}:
            pieces += program.static_pieces(name)
        if self._voice.features:
            pieces += self._voice.pieces()
        log.info("preparing prompts", pieces=len(pieces))
        self._prompt_failures = self._prompts.prepare(pieces)
        for failure in self._prompt_failures:
            log.error("a prompt cannot be said", reason=failure)
        log.info("prompts prepared", pieces=len(pieces), failed=len(self._prompt_failures))

    # --- how it ends --------------------------------------------------------------------------

    def _add_rungs(self) -> None:
        rung = self._shutdown.add_rung
        rung("take no new calls", self._switch.stop_taking)
        rung("let calls finish", self._let_calls_finish)
        rung("leave the others to the next server", self._leave_calls)
        rung("close the event sockets", self._switch.stop)
        rung("stop answering over HTTP", self._console.stop)
        rung("close the records", self._store.close)
        rung("end the speech engine", self._speaker.close)
        rung("end the greenlets", self._greenlets.stop)
        rung("be there no more", self._presence.leave)

    def _let_calls_finish(self) -> None:
        self._shutdown.wait_until(lambda: self._calls.live_count == 0, self._settings.drain_s)

    def _leave_calls(self) -> None:
        self._upkeep.leave()
        self._calls.leave_all()
        self._shutdown.wait_until(lambda: self._calls.live_count == 0, 1.0)
