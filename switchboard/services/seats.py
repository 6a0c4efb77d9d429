"""Where each agent sits: a phone that is registered, or a number outside."""

from collections.abc import Callable

from switchboard.ports.agent_book import AgentBook, KeptSeat
from switchboard.ports.dialling import Outside, Phone
from switchboard.services.ringing import Seat
from switchboard.services.roster import Staff
from switchboard.services.roster_forms import AgentForm, SeatForm

Target = Phone | Outside


class Seats:
    """The seats that agents have taken; kept, so that a new server finds everybody.

    Args:
        staff: Who there is, as set up now.
        book: Keeps them.
    """

    def __init__(self, staff: Callable[[], Staff], book: AgentBook) -> None:
        self._staff = staff
        self._book = book
        self._taken: dict[str, Target] = {}

    def go_on(self) -> None:
        """Put everybody back where they sat, after a start of the server.

        Raises:
            StoreAway: it cannot be read just now.
        """
        self._taken |= {kept.agent_id: _read(kept.target) for kept in self._book.list_seats()}

    def take(self, agent_id: str, target: Target) -> None:
        """Let an agent sit there."""
        self._taken[agent_id] = target
        self._book.keep_seat(KeptSeat(agent_id, written(target)))

    def find_target(self, agent_id: str) -> Target | None:
        """Where an agent sits; None for one who never signed in."""
        return self._taken.get(agent_id)

    def find_seat(self, agent_id: str) -> Seat | None:
        """How an agent is rung now; None: nowhere."""
        target = self._taken.get(agent_id)
        form = self._staff().agents.get(agent_id)
        if target is None or form is None:
            return None
        behind = tuple(other for other in map(_target_of, form.follow_me) if other != target)
        return Seat(target, form.auto_answer, behind, form.confirm)

    def list_at(self, target: Target) -> tuple[str, ...]:
        """Every agent who took that seat last."""
        return tuple(agent_id for agent_id, taken in self._taken.items() if taken == target)


def usual_seat(agent: AgentForm, extension: str = "") -> Target | None:
    """Where an agent sits who says *extension*, or nothing; None when that is not known."""
    if extension or agent.extension:
        return Phone(extension or agent.extension)
    return Outside(agent.outside) if agent.outside else None


def written(target: Target) -> str:
    """A seat in words: ``phone:1001``, ``outside:+8613900000001``."""
    if isinstance(target, Phone):
        return f"phone:{target.extension}"
    return f"outside:{target.number}"


def _target_of(form: SeatForm) -> Target:
    return Phone(form.extension) if form.extension else Outside(form.outside)


def _read(text: str) -> Target:
    kind, _, number = text.partition(":")
    return Phone(number) if kind == "phone" else Outside(number)
