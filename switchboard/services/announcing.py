"""What is heard where a flow says ``notices``: what operations put up, in the caller's language."""

from datetime import datetime

import structlog

from switchboard.flow.effects import Notices, Piece, Speech
from switchboard.ports.announcements import Announcement, Announcements
from switchboard.ports.clock import Clock
from switchboard.ports.outages import StoreAway
from switchboard.ports.prompts import Prompts

log = structlog.get_logger(__name__)

OWNER = "notices"
LOOK_EVERY_S = 1.0


def piece_of(announcement: Announcement, language: str) -> Piece | None:
    """Return it as a prompt, which a recording of its name replaces; None in no such language."""
    text = announcement.texts.get(language)
    return None if text is None else Piece(f"{OWNER}.{announcement.name}", language, text)


def is_announced(part: object) -> bool:
    """Whether a part of a speech is something that operations put up."""
    return isinstance(part, Piece) and part.prompt.startswith(f"{OWNER}.")


def pieces_of(announcements: Announcements) -> tuple[Piece, ...]:
    """Return everything that is put up, in all its languages, to be spoken before it is heard."""
    return tuple(
        piece
        for announcement in announcements.list_all()
        for language in announcement.texts
        if (piece := piece_of(announcement, language)) is not None
    )


def keep_prepared(announcements: Announcements, prompts: Prompts, clock: Clock) -> None:
    """Speak what is put up before a call needs it; the work of one greenlet, for ever."""
    known: tuple[Piece, ...] = ()
    while True:
        try:
            pieces = pieces_of(announcements)
        except StoreAway as away:
            log.warning("what is announced cannot be read", reason=str(away))
        else:
            if pieces != known:
                for failure in prompts.prepare(pieces):
                    log.error("an announcement cannot be said", reason=failure)
                known = pieces
        clock.sleep(LOOK_EVERY_S)


def announced(speech: Speech, announcements: Announcements, dnis: str, now: datetime) -> Speech:
    """Return a speech with what is put up now in the place of its notices."""
    return tuple(
        said
        for part in speech
        for said in (
            _heard(part.language, announcements.list_heard(dnis, now))
            if isinstance(part, Notices)
            else (part,)
        )
    )


def _heard(language: str, heard: tuple[Announcement, ...]) -> tuple[Piece, ...]:
    return tuple(piece for one in heard if (piece := piece_of(one, language)) is not None)
