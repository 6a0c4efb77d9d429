"""Prompts recorded by phone: the way in, one prompt, and what stays of it."""

from itertools import count

import pytest

from switchboard import flow
from switchboard.bundled import bundled
from switchboard.core.journal import EntryKind
from switchboard.flow.effects import Piece, Sound
from switchboard.ports.recordings import RecordingState
from switchboard.services.mailbox_phone import PinPolicy
from switchboard.services.prompt_phone import OWNER, PIN, PromptPhone, codes_of
from switchboard.services.secrets import SecretDesk
from switchboard.services.story import Story
from switchboard.services.wording import Wording
from tests.fakes.journal import FakeJournal
from tests.fakes.outside import FakeHasher, FakeSecretBook
from tests.fakes.recordings import FakeRecordingBook
from tests.unit.services.scene import Scene

HELLO = Piece("shop.hello", "en", "Hello.")
MENU = Piece("shop.menu", "zh", "请选择。")
PIECES = (HELLO, MENU, Sound("tone"))
CODES = {piece: code for code, piece in codes_of(PIECES).items()}


class Visit:
    """Somebody who calls the number of prompts."""

    def __init__(self, folder) -> None:
        self.scene = Scene(folder)
        self.folder, self.journal, self.book = folder, FakeJournal(), FakeRecordingBook()
        self.taken: list[tuple[Piece | Sound, str]] = []
        self.refuses = ""
        file = bundled("ivr_flows") / "mailbox" / "mailbox.yaml"
        program = flow.load({"mailbox/mailbox.yaml": file.read_text(encoding="utf-8")}).program
        self.wording = Wording(lambda: program, "mailbox")
        self.desk = SecretDesk(FakeSecretBook(), FakeHasher(), self.scene.clock)
        self.desk.set(PIN, OWNER, "4712")

    def take(self, piece: Piece | Sound, recording_id: str) -> str:
        self.taken.append((piece, recording_id))
        return self.refuses

    def hears(self, *prompts: str) -> "Visit":
        def heard(prompt: str) -> None:
            assert prompt in " ".join(self.scene.leg.running.files), self.scene.heard()
            self.scene.leg.finish_play()

        for prompt in prompts:
            self.scene.then(lambda prompt=prompt: heard(prompt))
        return self

    def keys(self, keys: str) -> "Visit":
        for key in keys:
            self.scene.then(lambda key=key: self.scene.leg.press(key))
        return self

    def speaks(self, duration_ms: int = 3000) -> "Visit":
        self.hears("say_prompt", "tone")

        def speak() -> None:
            (self.folder / f"{self.book.list_records_ids()[-1]}.wav").write_bytes(b"RIFF")
            self.scene.leg.finish_record(duration_ms)

        self.scene.then(speak)
        return self

    def serve(self) -> None:
        ids = count(1)
        phone = PromptPhone(
            pieces=lambda: PIECES,
            shelf=self,
            desk=self.desk,
            book=self.book,
            files=self.scene.recordings,
            wording=self.wording,
            language="en",
            policy=PinPolicy(attempts=3, lock_for_ms=60_000),
            clock=self.scene.clock,
            new_id=lambda: f"r{next(ids)}",
        )
        ids_of_entries = count(1)
        story = Story("c1", self.journal, self.scene.clock, lambda: f"e{next(ids_of_entries)}")
        phone.serve(self.scene.caller, story, self.scene.visit("8001"))
        assert self.scene.mailbox.acts_left == 0, self.scene.heard()


class Book(FakeRecordingBook):
    def list_records_ids(self) -> list[str]:
        return list(self.records)


@pytest.fixture
def visit(tmp_path) -> Visit:
    made = Visit(tmp_path)
    made.book = Book()
    return made


@pytest.mark.req("IVR-27")
def test_a_prompt_is_heard_spoken_heard_again_and_kept(visit):
    visit.keys("4712#").keys(f"{CODES[HELLO]}#").hears("shop.hello").keys("2")
    visit.speaks().hears("r1.wav").keys("3").hears("r1.wav").keys("1").hears("prompt_kept")
    visit.keys("*").keys("#").hears("goodbye").serve()
    assert visit.taken == [(HELLO, "r1")]
    told = next(e for e in visit.journal.entries if e.kind is EntryKind.PROMPT_RECORDED)
    assert told.details == {"prompt": "shop.hello", "language": "en"}
    assert visit.book.find_record("r1").state is RecordingState.ERASED
    assert not (visit.folder / "r1.wav").exists()


@pytest.mark.req("IVR-27")
def test_what_does_not_please_is_spoken_again_or_thrown_away(visit):
    visit.keys("4712#").keys(f"{CODES[MENU]}#").hears("shop.menu").keys("2")
    visit.speaks().hears("r1.wav").keys("2")
    visit.speaks().hears("r2.wav").keys("*")
    visit.keys("*").keys("#").hears("goodbye").serve()
    assert visit.taken == []
    assert list(visit.folder.glob("*.wav")) == []


def test_a_prompt_that_cannot_be_kept_says_so(visit):
    visit.refuses = "there is nothing but silence in it"
    visit.keys("4712#").keys(f"{CODES[HELLO]}#").hears("shop.hello").keys("2")
    visit.speaks().hears("r1.wav").keys("1").hears("prompt_not_kept")
    visit.keys("*").keys("#").hears("goodbye").serve()
    assert [e for e in visit.journal.entries if e.kind is EntryKind.PROMPT_RECORDED] == []


def test_nothing_spoken_changes_nothing(visit):
    visit.keys("4712#").keys(f"{CODES[HELLO]}#").hears("shop.hello").keys("2")
    visit.speaks(0).hears("nothing_said").keys("*").keys("#").hears("goodbye").serve()
    assert visit.taken == []


def test_an_unknown_code_is_said_to_be_none(visit):
    unknown = next(f"{n:04}" for n in range(10_000) if f"{n:04}" not in CODES.values())
    visit.keys("4712#").keys(f"{unknown}#").hears("no_such_prompt").keys("#").hears("goodbye")
    visit.serve()


def test_wrong_pins_lock(visit):
    for _ in range(2):
        visit.keys("1111#").hears("wrong_pin")
    visit.keys("1111#").hears("locked", "goodbye").serve()
    assert visit.scene.heard()[-1] == "mailbox.goodbye"


def test_without_a_pin_nobody_comes_in(tmp_path):
    visit = Visit(tmp_path)
    visit.desk = SecretDesk(FakeSecretBook(), FakeHasher(), visit.scene.clock)
    for _ in range(3):
        visit.keys("4712#").hears("wrong_pin")
    visit.hears("goodbye").serve()


def test_codes_stay_when_other_prompts_come_and_are_never_the_same():
    many = [Piece(f"shop.p{n}", "en", "x") for n in range(3000)]
    codes = codes_of(many)
    assert len(codes) == 3000
    assert {codes_of([HELLO, MENU])[CODES[HELLO]]} == {HELLO}
