"""``rxfax``: takes the pages that a caller's machine sends, and writes them into a TIFF file.

No tones are made. A machine sends the document that it was given, as long as the recorded page
took; who is no machine is given up after the time in which a machine would have spoken.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from switchboard.simulator.applications.registry import application
from switchboard.simulator.disk import off_hub, write_whole
from switchboard.simulator.executors import Rest
from switchboard.simulator.ticks import ticks_of

if TYPE_CHECKING:
    from switchboard.simulator.executors import Executor
    from switchboard.simulator.people import Fax

# One page took 15.96 s on loopback; what of it is greeting and what the page is our division.
GREETING_MS = 9_960
PAGE_MS = 6_000
NOBODY_SPEAKS_MS = 40_000  # T.30's timer T1 with its tolerance

OK = ("0", "OK")
NO_MACHINE = ("3", "Timed out waiting for the first message")
DROPPED = ("49", "The call dropped prematurely")


@application("rxfax")
def rxfax(executor: "Executor", argument: str) -> None:
    """Receive a fax."""
    executor.answer()
    fax = executor.person.fax
    pages = 0 if fax is None else fax.pages
    lasts_ms = NOBODY_SPEAKS_MS if fax is None else GREETING_MS + pages * PAGE_MS
    until = executor.node.ticks.now + ticks_of(lasts_ms)
    while (ended := executor.rest(until)) is Rest.KEY:
        executor.read_key()
    if fax is None or ended is not Rest.TIME:
        _tell(executor, DROPPED if ended is Rest.GONE else NO_MACHINE, 0)
        return
    off_hub(write_whole, Path(argument.strip()), fax.content)
    _tell(executor, OK, pages, fax)
    executor.person.fax_was_taken()


def _tell(
    executor: "Executor", result: tuple[str, str], pages: int, fax: "Fax | None" = None
) -> None:
    variables = executor.channel.variables
    for name, value in (
        ("fax_success", "1" if result is OK else "0"),
        ("fax_result_code", result[0]),
        ("fax_result_text", result[1]),
        ("fax_ecm_used", "on"),
        ("fax_remote_station_id", executor.channel.profile.number if fax else ""),
        ("fax_document_transferred_pages", str(pages)),
        ("fax_document_total_pages", str(pages)),
        ("fax_transfer_rate", "14400"),
    ):
        variables.set(name, value)
