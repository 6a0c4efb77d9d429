"""Is the house fit to take calls? Small named checks, and a report in words that says which fail.

A check is asked when somebody wants to know; nothing is remembered from the last time. What a
check needs of the world it is given as a callable: this module opens no socket and no database.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

import structlog

log = structlog.get_logger(__name__)


class NotReady(Exception):  # noqa: N818 - a state of the house
    """A check does not hold. Says what is wrong and what to do, in one sentence."""


@dataclass(frozen=True, slots=True)
class Check:
    """One condition under which calls can be taken.

    Attributes:
        name: What is checked, such as ``database``.
        ask: Returns a few words about what it found; raises :class:`NotReady` otherwise.
    """

    name: str
    ask: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found."""

    name: str
    passed: bool
    words: str


@dataclass(frozen=True, slots=True)
class HealthReport:
    """What all checks found.

    Attributes:
        ready: Whether every check holds; true when there are none.
        checks: One finding each, in the order they were asked.
    """

    ready: bool
    checks: tuple[Finding, ...]


class Health:
    """Asks the checks of this installation."""

    def __init__(self, checks: Iterable[Check]) -> None:
        self._checks = tuple(checks)

    def report(self) -> HealthReport:
        """Ask every check, also behind one that fails; a fault in a check is a failed check."""
        found = tuple(_find(check) for check in self._checks)
        return HealthReport(all(finding.passed for finding in found), found)


def _find(check: Check) -> Finding:
    try:
        return Finding(check.name, True, check.ask())
    except NotReady as failed:
        return Finding(check.name, False, str(failed))
    except Exception as fault:
        log.exception("health check failed", check=check.name)
        return Finding(check.name, False, f"the check itself failed: {fault}")


# --- the checks -------------------------------------------------------------------------------


def database_check(probe: Callable[[], object]) -> Check:
    """The database answers. *probe* makes the cheapest question of it, and raises when it fails."""

    def ask() -> str:
        try:
            probe()
        except Exception as fault:
            raise NotReady(f"the database does not answer: {fault}") from fault
        return "answers"

    return Check("database", ask)


def event_socket_check(list_nodes: Callable[[], Mapping[str, bool]]) -> Check:
    """The event socket of every FreeSWITCH node is connected; at least one node is known.

    Args:
        list_nodes: Gives each node's name and whether it is connected now.
    """

    def ask() -> str:
        nodes = list_nodes()
        away = sorted(name for name, connected in nodes.items() if not connected)
        if away or not nodes:
            whose = f"of {', '.join(away)} " if away else ""
            raise NotReady(
                f"the event socket {whose}is not connected: is FreeSWITCH running, and do its "
                "address and password match the settings?"
            )
        return f"connected: {', '.join(sorted(nodes))}"

    return Check("event socket", ask)


def prompts_check(list_failures: Callable[[], Collection[str] | None]) -> Check:
    """Every fixed text of the published flows can be played.

    Args:
        list_failures: Gives the sentence of each that cannot; None while they are being prepared.
    """

    def ask() -> str:
        failures = list_failures()
        if failures is None:
            raise NotReady("the prompts are still being spoken; wait a moment")
        if failures:
            raise NotReady(f"{len(failures)} prompts cannot be said; the first: {min(failures)}")
        return "prepared"

    return Check("prompts", ask)


def disk_check(free_bytes: Callable[[], int], at_least_bytes: int) -> Check:
    """There is room for recordings and records."""

    def ask() -> str:
        free = free_bytes()
        words = f"{free // 2**20} MiB free"
        if free < at_least_bytes:
            raise NotReady(f"{words}, at least {at_least_bytes // 2**20} are needed: make room")
        return words

    return Check("disk", ask)


def admission_check(is_closing: Callable[[], bool]) -> Check:
    """The server takes calls, that is, it is not going down."""

    def ask() -> str:
        if is_closing():
            raise NotReady("the server is going down and takes no new calls")
        return "takes calls"

    return Check("admission", ask)
