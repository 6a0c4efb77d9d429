"""The node: one FreeSWITCH as its clients see it, with everything that its channels share."""

import importlib
import pkgutil
import uuid
from dataclasses import dataclass
from pathlib import Path

import structlog

from switchboard.ports.clock import Clock
from switchboard.simulator import api, applications
from switchboard.simulator.cdrs import write_cdr
from switchboard.simulator.channels import Channel
from switchboard.simulator.dialplan import Dialplan
from switchboard.simulator.events import EventBus
from switchboard.simulator.executors import Executor
from switchboard.simulator.faults import Faults
from switchboard.simulator.headers import full_headers
from switchboard.simulator.lives import arrive
from switchboard.simulator.moments import count_seconds
from switchboard.simulator.network import Invite, write_invite
from switchboard.simulator.people import Person
from switchboard.simulator.phones import Phones
from switchboard.simulator.profiles import Profile, Times
from switchboard.simulator.recordings import write_side
from switchboard.simulator.registrations import EXPIRES_S, Registrations
from switchboard.simulator.rooms import Rooms
from switchboard.simulator.schedule import Schedule
from switchboard.simulator.sounds import SoundLibrary
from switchboard.simulator.ticks import Metronome

log = structlog.get_logger(__name__)

SIDE_ORDER = ("record_file_size", "record_samples", "record_seconds", "record_ms")

for package in (applications, api):
    for found in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{found.name}")


@dataclass(frozen=True)
class NodeSettings:
    """What a node is made with.

    Attributes:
        apps: ``HOST:PORT`` of the apps that calls are handed to, in order.
        hostname: The name it gives itself.
        sounds: Folder in which relative sound names are looked for.
        cdrs: Folder for CDRs; None: none are written.
        music: A WAV file for hold music; None: a tune of its own.
        hold_s: How long callers whom no app takes are held; see :class:`Dialplan`.
        numbers: The numbers that lead to the apps, a regular expression; others lead nowhere.
    """

    apps: tuple[str, ...]
    hostname: str = "stand-in"
    sounds: Path = Path()
    cdrs: Path | None = None
    music: Path | None = None
    hold_s: int = 0
    numbers: str = ".*"


class Node:
    """One switch.

    Args:
        clock: The house's clock.
        settings: See :class:`NodeSettings`.

    Attributes:
        ticks: Its metronome.
        events: Its events.
        schedule: What is due later.
        dialplan: Where numbers lead.
        sounds: Sounds by name.
        registrations: Phones that are registered.
        phones: Phones that can be dialled.
        rooms: Its conferences.
        faults: What goes wrong on its wires.
        executors: Its live channels by uuid.
        globals: Global variables.
        channel_count: Channels since the start.
        peak: The most channels that it had at once.
        failures: Faults of the stand-in's own that ended a channel; a test looks here.
    """

    def __init__(self, clock: Clock, settings: NodeSettings) -> None:
        self.core_id = str(uuid.uuid4())
        self.hostname = settings.hostname
        self._cdrs = settings.cdrs
        self.ticks = Metronome(clock)
        self.events = EventBus(self.core_id, self.hostname, self.ticks.moment)
        self.schedule = Schedule(self.ticks)
        self.dialplan = Dialplan(settings.apps, settings.hold_s, settings.numbers)
        self.sounds = SoundLibrary(settings.sounds, settings.music)
        self.registrations = Registrations(
            self.events, lambda: count_seconds(self.ticks.moment()) + EXPIRES_S
        )
        self.phones = Phones(self)
        self.rooms = Rooms(self)
        self.faults = Faults(self.ticks)
        self.executors: dict[str, Executor] = {}
        self.globals: dict[str, str] = {
            "hostname": self.hostname,
            "core_uuid": self.core_id,
            "hold_music": "local_stream://default",
        }
        self.channel_count = 0
        self.peak = 0
        self.failures: list[Exception] = []
        self._started = self.ticks.moment()

    @property
    def uptime_s(self) -> float:
        """Seconds since the node was made."""
        return (self.ticks.moment() - self._started).total_seconds()

    def find(self, leg_id: str) -> Executor | None:
        """Return the live channel with that uuid, or None."""
        return self.executors.get(leg_id)

    def place_call(self, person: Person, invite: Invite, leg_id: str) -> Executor:
        """Let a person call; the channel, with that uuid, lives by itself from here on."""
        at = self.ticks.moment()
        profile = Profile(
            leg_id=leg_id,
            direction="inbound",
            number=invite.number,
            name=invite.shown_name,
            destination=invite.dialled,
            context="public",
            channel_name=f"sofia/internal/{invite.number}@{invite.host}",
            times=Times(at, at),
        )
        channel = Channel(leg_id, self.next_number(), [profile])
        write_invite(channel, invite)
        executor = Executor(self, channel, person, arrive)
        self.take_up(executor)
        return executor

    def next_number(self) -> int:
        """Return the number of the channel that is made next."""
        self.channel_count += 1
        return self.channel_count

    def take_up(self, executor: Executor) -> None:
        """Let a channel that has just been made live."""
        executor.person.join(executor.line)
        self.executors[executor.channel.leg_id] = executor
        self.peak = max(self.peak, len(self.executors))
        executor.start()

    def stop_recording(self, executor: Executor, path: str) -> None:
        """End one recording that runs beside; waits for its file."""
        recording = executor.recordings.pop(path)
        try:
            written = write_side(Path(path), recording, executor.person, self.ticks.now)
        except OSError:  # the file is lost, as it would be on a real switch; the call goes on
            log.exception("recording lost", path=path)
            return
        written.write_variables(executor.channel.variables, SIDE_ORDER)
        executor.fire("RECORD_STOP", {"Record-File-Path": path})

    def stop_recordings(self, executor: Executor) -> None:
        """End every recording that runs beside what a channel did."""
        for path in list(executor.recordings):
            self.stop_recording(executor, path)

    def forget(self, executor: Executor) -> None:
        """Write the record of a channel that has ended, and know it no more."""
        channel = executor.channel
        self.executors.pop(channel.leg_id, None)
        self.schedule.cancel_group(channel.leg_id)
        if self._cdrs is not None:
            write_cdr(self._cdrs, channel, self.core_id, self.hostname)
        self.events.fire("CHANNEL_DESTROY", lambda: full_headers(channel), leg_id=channel.leg_id)

    def hang_up_all(self, cause: str) -> None:
        """Hang every channel up."""
        for executor in list(self.executors.values()):
            executor.hang_up(cause)

    def cut_sockets(self) -> None:
        """Cut every outbound socket, as a broken network does."""
        for executor in self.executors.values():
            for app in executor.sockets:
                app.connection.cut()

    def lose_everything(self) -> None:
        """Lose every channel and registration without a word, as a switch that dies does."""
        for executor in list(self.executors.values()):
            executor.vanish()
        self.executors.clear()
        self.registrations.clear()
        self.rooms.clear()
        self.core_id = str(uuid.uuid4())
        self.events.restart(self.core_id)
        self.globals["core_uuid"] = self.core_id

    def stop(self) -> None:
        """Stop beating; channels stay where they are."""
        self.ticks.stop()
