"""Builds the parts of messages and recordings, for the server and for commands."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TypeVar
from uuid import uuid4
from zoneinfo import ZoneInfo

import gevent
import structlog

from switchboard import flow
from switchboard.bundled import bundled
from switchboard.flow import Program
from switchboard.flow.effects import Piece, Sound
from switchboard.media.compacting import Compactor
from switchboard.media.prompts import PromptLibrary
from switchboard.media.recorded_prompts import ImportingShelf
from switchboard.media.recordings import RecordingFolder
from switchboard.media.shelf import FolderShelf
from switchboard.outside.described import make_mail
from switchboard.ports.clock import Clock
from switchboard.services.call_recording import RecordingMeans
from switchboard.services.feature_call import Feature, Features
from switchboard.services.mailbox_phone import LIBRARY, MailboxPhone
from switchboard.services.mailboxes import Mailboxes
from switchboard.services.message_mail import MessageMail
from switchboard.services.node_desk import NodeDesk
from switchboard.services.prompt_phone import PromptPhone
from switchboard.services.recording_upkeep import RecordingUpkeep
from switchboard.services.retention import Kept, Retention, RetentionPolicy
from switchboard.services.secrets import SecretDesk
from switchboard.services.wording import Wording
from switchboard.settings import Settings
from switchboard.store.secrets import Argon2Hasher
from switchboard.store.store import Store

T = TypeVar("T")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Voice:
    """What there is of messages and recordings."""

    mailboxes: Mailboxes
    recording: RecordingMeans
    upkeep: RecordingUpkeep
    retention: Retention
    mail: MessageMail | None
    features: Features
    pieces: Callable[[], Iterator[Piece | Sound]]

    def services(self) -> Iterator[tuple[str, Callable[[], None]]]:
        """Yield the work of greenlets that live as long as the server, each with a name."""
        yield "recordings", self.upkeep.keep_up
        if self.mail is not None:
            yield "notices of messages", self.mail.keep_sending


def make_voice(
    settings: Settings,
    store: Store,
    clock: Clock,
    program: Callable[[], Program],
    library: PromptLibrary,
) -> Voice:
    """Make the parts; *program* gives the flows as they stand now."""
    files = RecordingFolder(settings.folder / "recordings")
    mailboxes = make_mailboxes(settings, store, clock, _language_of(program()))
    wording = Wording(lambda: _with_library(program()), LIBRARY)
    phone = MailboxPhone(
        mailboxes=mailboxes,
        desk=SecretDesk(store.secrets, Argon2Hasher(), clock),
        book=store.recordings,
        wording=wording,
        policy=settings.mailboxes.pins(),
        clock=clock,
        new_id=lambda: uuid4().hex,
    )
    studio = PromptPhone(
        pieces=lambda: pieces_of(program()),
        shelf=ImportingShelf(library, files, off_the_hub),
        desk=phone.desk,
        book=store.recordings,
        files=files,
        wording=wording,
        language=_language_of(program()),
        policy=settings.prompts.pins(),
        clock=clock,
        new_id=lambda: uuid4().hex,
    )
    return Voice(
        mailboxes=mailboxes,
        recording=RecordingMeans(
            settings.recordings.rules(), files, store.recordings, clock, lambda: uuid4().hex
        ),
        upkeep=make_upkeep(settings, store, clock),
        retention=make_retention(
            settings,
            store,
            mailboxes,
            clock,
            program().zone,
            lambda since: off_the_hub(lambda: library.forget_values(since)),
        ),
        mail=MessageMail(store.messages, files, make_mail(settings.mail), mailboxes.rules, clock)
        if settings.mail
        else None,
        features=_dialled({settings.mailboxes.phone: phone, settings.prompts.phone: studio}),
        pieces=wording.static_pieces,
    )


def pieces_of(program: Program) -> tuple[Piece | Sound, ...]:
    """Return every fixed text and sound that the flows say, each once."""
    said = (piece for name in program.flows for piece in program.static_pieces(name))
    return tuple(dict.fromkeys(said))


def _dialled(features: Mapping[str, Feature]) -> Features:
    """Those that have a number."""
    return {number: feature for number, feature in features.items() if number}


def make_mailboxes(settings: Settings, store: Store, clock: Clock, language: str) -> Mailboxes:
    """Make the mailboxes alone; *language* is the centre's first."""
    return Mailboxes(store.messages, settings.mailboxes.rules(language), clock)


def make_upkeep(settings: Settings, store: Store, clock: Clock) -> RecordingUpkeep:
    """Make what looks after recordings alone."""
    files = RecordingFolder(settings.folder / "recordings")
    compactor = Compactor() if settings.recordings.compact else None
    return RecordingUpkeep(store.recordings, files, store.records, compactor, clock, off_the_hub)


def make_retention(
    settings: Settings,
    store: Store,
    mailboxes: Mailboxes,
    clock: Clock,
    zone: ZoneInfo,
    forget_values: Callable[[datetime], int] = lambda _: 0,
) -> Retention:
    """Make what erases alone."""
    files = RecordingFolder(settings.folder / "recordings")
    kept = Kept(mailboxes, store.recordings, files, store.records, forget_values)
    policy = RetentionPolicy(settings.recordings.days(), settings.records.keep_days, zone)
    return Retention(kept, policy, clock)


def make_node_desk(settings: Settings, store: Store) -> NodeDesk | None:
    """Make what serves the agents of nodes on other machines; None when there are none."""
    tokens = {node.name: node.token for node in settings.nodes if node.token}
    shelf = FolderShelf((settings.folder / "prompts", bundled("sounds")))
    files = RecordingFolder(settings.folder / "recordings")
    return (
        NodeDesk(tokens, shelf, store.recordings, files, store.records, off_the_hub)
        if tokens
        else None
    )


def _language_of(program: Program) -> str:
    return program.centre.languages[0] if program.centre.languages else "zh"


def _with_library(program: Program) -> Program:
    """The flows, if they have the mailboxes' prompts; else what ships."""
    return program if f"{LIBRARY}.which_prompt" in program.prompts else _shipped()


@cache
def _shipped() -> Program:
    file = bundled("ivr_flows") / LIBRARY / f"{LIBRARY}.yaml"
    program = flow.load({f"{LIBRARY}/{LIBRARY}.yaml": file.read_text(encoding="utf-8")}).program
    assert program is not None, "the library that ships has mistakes"
    return program


def off_the_hub(work: Callable[[], T]) -> T:
    """Run what blocks on a thread beside the hub."""
    done: T = gevent.get_hub().threadpool.apply(work)
    return done
