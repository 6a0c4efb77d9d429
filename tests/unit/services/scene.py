"""A scene: one caller on a fake leg, with the acts of a play for what happens at each wait."""

from pathlib import Path

from switchboard.core.legs import Direction, LegOffer
from switchboard.flow.effects import Piece, Speech
from switchboard.services.beside import Beside
from switchboard.services.caller import Caller, Means
from switchboard.services.feature_call import Visit
from switchboard.services.line import LegReturned, Line
from tests.fakes.announcements import FakeAnnouncements
from tests.fakes.clock import NOON, VirtualClock
from tests.fakes.legs import AskedToPlay, FakeLeg
from tests.fakes.mailboxes import PlayedMailbox
from tests.fakes.prompts import FakePrompts
from tests.fakes.recordings import FakeRecordings


def says(*prompts: str) -> Speech:
    return tuple(Piece(f"shop.{prompt}", "en", f"The words of {prompt}.") for prompt in prompts)


class Scene:
    """A caller, the leg, and the play; ``then`` adds acts."""

    def __init__(self, folder: Path, *, unspeakable: tuple[str, ...] = ()) -> None:
        self.clock = VirtualClock()
        self.mailbox = PlayedMailbox(self.clock)
        self.leg = FakeLeg("leg-1", self.mailbox.put, now=self.clock.now)
        self.recordings = FakeRecordings(folder)
        prompts = FakePrompts(unspeakable=unspeakable)
        self.means = Means(self.clock, prompts, self.recordings, FakeAnnouncements())
        self.line = Line(self.leg, self.mailbox, self.clock)
        self.caller = Caller(self.line, self.means, lambda: says("sorry"))
        self.then = self.mailbox.then

    def heard(self) -> list[str]:
        """The prompts that were played, by name, oldest first."""
        asked = [ask for ask in self.leg.asked if isinstance(ask, AskedToPlay)]
        return [Path(file).name.removesuffix(".1.wav") for ask in asked for file in ask.files]

    def visit(
        self, ani: str, *, extension: str = "", dnis: str = "*70", talked: bool = False
    ) -> Visit:
        """How the caller came to a service."""
        offer = LegOffer(
            "leg-1", "fs1", Direction.INBOUND, ani, "", dnis, None, False, NOON,
            extension=extension, talked=talked,
        )  # fmt: skip
        return Visit(offer, Beside(self.mailbox, lambda _, work: work()))

    def comes_back(self, offer) -> None:
        """The leg comes back on a new socket."""
        self.leg = FakeLeg("leg-1", self.mailbox.put, now=self.clock.now)
        self.mailbox.put(LegReturned(offer, self.leg))
