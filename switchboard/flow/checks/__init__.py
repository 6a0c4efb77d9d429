"""The checks: what is wrong with files that have their form.

One module for each family of codes. A check looks at all files together and yields faults; it
raises nothing and changes nothing.
"""

from collections.abc import Iterator

from switchboard.flow.checks.numbers import check_numbers
from switchboard.flow.faults import Fault
from switchboard.flow.folder import Folder


def check(folder: Folder) -> Iterator[Fault]:
    """Yield every fault of the files of one place."""
    yield from check_numbers(folder)
