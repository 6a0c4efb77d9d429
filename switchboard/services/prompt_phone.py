"""Prompts recorded by phone: a PIN, the prompt's code, then hear it, speak it, keep it or not.

What is kept wins over speech from the next call on, in the form and at the level of all prompts;
what is not kept leaves nothing behind. The codes are those that ``switchboard prompts list`` shows.
"""

import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

import structlog

from switchboard.core.journal import EntryKind
from switchboard.flow.effects import CheckSecret, Failed, OpenSecret, Piece, SecretChecked, Sound
from switchboard.flow.world import SecretState
from switchboard.ports.clock import Clock
from switchboard.ports.recordings import (
    RecordingBook,
    RecordingFiles,
    RecordingKind,
    RecordingRecord,
    RecordingState,
)
from switchboard.services.caller import Caller
from switchboard.services.feature_call import Visit
from switchboard.services.mailbox_phone import LONGEST_PIN, PinPolicy
from switchboard.services.secrets import SecretDesk
from switchboard.services.story import Story
from switchboard.services.talk import Talk, TalkOver
from switchboard.services.wording import Wording

log = structlog.get_logger(__name__)

PIN, OWNER = "prompt_pin", "prompts"
"""Under which the secret book keeps the one PIN of whoever may record prompts."""
CODES = 10_000
LONGEST_CODE = 5  # one more than a code has: hash ends it, and is not left for what follows
LONGEST_PROMPT_MS = 120_000
HEAR, SPEAK, LEAVE = "1", "2", "*"
KEEP, AGAIN, HEAR_IT = "1", "2", "3"


class PromptShelf(Protocol):
    """Where recordings of prompts go."""

    def take(self, piece: Piece | Sound, recording_id: str) -> str:
        """Make a recording the sound of *piece*; return why it could not be, or nothing."""
        ...


def codes_of(pieces: Iterable[Piece | Sound]) -> Mapping[str, Piece | Sound]:
    """Return the pieces that can be recorded by the codes that people key.

    A code follows from the prompt's name, so that it stays when others come and go; where two
    would be the same, the later by name takes the next that is free.
    """
    codes: dict[str, Piece | Sound] = {}
    named = {_key(piece): piece for piece in pieces if isinstance(piece, Sound) or piece.part}
    for key, piece in sorted(named.items()):
        number = zlib.crc32(key.encode()) % CODES
        while f"{number:04}" in codes:
            number = (number + 1) % CODES
        codes[f"{number:04}"] = piece
    return codes


def _key(piece: Piece | Sound) -> str:
    if isinstance(piece, Sound):
        return piece.name
    return f"{piece.prompt} {piece.language} {piece.part}"


@dataclass(frozen=True, slots=True)
class PromptPhone:
    """The number that people dial to record prompts.

    Attributes:
        pieces: Gives everything that the flows say.
        shelf: Where recordings of prompts go.
        desk: Proves the PIN.
        book: What is on record of recordings.
        files: Their files.
        wording: What the service itself says.
        language: In which.
        policy: Of the PIN.
        clock: The clock.
        new_id: Makes the id of a recording.
    """

    pieces: Callable[[], Iterable[Piece | Sound]]
    shelf: PromptShelf
    desk: SecretDesk
    book: RecordingBook
    files: RecordingFiles
    wording: Wording
    language: str
    policy: PinPolicy
    clock: Clock
    new_id: Callable[[], str]

    def serve(self, caller: Caller, story: Story, visit: Visit) -> None:
        """Lead the whole talk; returns when it is over, however it ended."""
        ani = visit.offer.ani
        talk = Talk(caller, self.wording, self.language, self.clock.now)
        try:
            if self._let_in(talk, story, ani):
                _Studio(self, talk, story).go_through()
            talk.say("goodbye")
        except TalkOver as over:
            log.info("prompt talk over", why=str(over))

    def _let_in(self, talk: Talk, story: Story, ani: str) -> bool:
        for _ in range(self.policy.attempts):
            checked = self._prove(talk, ani)
            story.tell(
                EntryKind.SECRET_CHECKED,
                secret=PIN, owner=OWNER, outcome=str(checked.state), left=checked.left,
            )  # fmt: skip
            if checked.state is SecretState.PROVED:
                return True
            talk.say("locked" if checked.state is SecretState.LOCKED else "wrong_pin")
            if checked.state is SecretState.LOCKED:
                return False
        return False

    def _prove(self, talk: Talk, ani: str) -> SecretChecked:
        opened = self.desk.open(OpenSecret(PIN, OWNER), ani)
        if opened.state is SecretState.LOCKED:
            return opened
        keyed = talk.secret("which_pin", LONGEST_PIN)
        if keyed is None:
            return SecretChecked(SecretState.WRONG, self.policy.attempts)
        attempts, lock_for_ms = self.policy.attempts, self.policy.lock_for_ms
        check = CheckSecret(PIN, OWNER, keyed.secret_id, attempts, lock_for_ms)
        checked = self.desk.check(check, ani, talk.secrets)
        if isinstance(checked, Failed):
            raise TalkOver(checked.reason)
        return checked


class _Studio:
    """One person recording prompts."""

    def __init__(self, phone: PromptPhone, talk: Talk, story: Story) -> None:
        self._phone = phone
        self._talk = talk
        self._story = story

    def go_through(self) -> None:
        """Take one prompt after another, until hash alone is pressed."""
        codes = codes_of(self._phone.pieces())
        while code := self._talk.digits("which_prompt", LONGEST_CODE):
            if piece := codes.get(code):
                self._work_on(piece)
            else:
                self._talk.say("no_such_prompt")

    def _work_on(self, piece: Piece | Sound) -> None:
        self._talk.hear((piece,))
        while (key := self._talk.key("prompt_what_now")) != LEAVE:
            if key == HEAR:
                self._talk.hear((piece,))
            elif key == SPEAK:
                self._speak(piece)
            else:
                self._talk.say("not_a_choice")

    def _speak(self, piece: Piece | Sound) -> None:
        """Record until it is kept or given up."""
        while True:
            recording_id = self._phone.new_id()
            record = RecordingRecord(
                recording_id, self._story.call_id, RecordingKind.SPOKEN, RecordingState.RUNNING,
                self._phone.clock.now(),
            )  # fmt: skip
            self._phone.book.put(record)
            try:
                if not self._record_one(piece, recording_id):
                    return
            finally:
                self._phone.files.erase(recording_id)
                self._phone.book.put(replace(record, state=RecordingState.ERASED))

    def _record_one(self, piece: Piece | Sound, recording_id: str) -> bool:
        """Record once; whether it is wanted again."""
        recorded = self._talk.record("say_prompt", recording_id, LONGEST_PROMPT_MS)
        if not recorded.duration_ms:
            self._talk.say("nothing_said")
            return False
        self._talk.play(recording_id)
        while (key := self._talk.key("keep_prompt")) == HEAR_IT:
            self._talk.play(recording_id)
        if key == KEEP:
            self._keep(piece, recording_id)
        return key == AGAIN

    def _keep(self, piece: Piece | Sound, recording_id: str) -> None:
        refused = self._phone.shelf.take(piece, recording_id)
        if refused:
            log.warning("a prompt could not be kept", reason=refused)
            self._talk.say("prompt_not_kept")
            return
        self._story.tell(
            EntryKind.PROMPT_RECORDED,
            prompt=piece.name if isinstance(piece, Sound) else piece.prompt,
            language="" if isinstance(piece, Sound) else piece.language,
        )
        self._talk.say("prompt_kept")
