"""The checks: what is wrong with files that have their form.

One module for each family of codes. A check looks at all files together and yields faults; it
raises nothing and changes nothing. The families Y (YAML) and S (shape), and the codes for the form
of a single text or formula (P02, P03, P11, P12, E01 to E06, K04), are found while reading.
"""

from collections.abc import Iterator

from switchboard.flow.checks import (
    centre,
    formulas,
    keys,
    names,
    numbers,
    prompts,
    secrets,
    values,
    ways,
)
from switchboard.flow.faults import Fault
from switchboard.flow.folder import Folder

FAMILIES = (names, ways, prompts, keys, values, formulas, secrets, centre, numbers)


def check(folder: Folder) -> Iterator[Fault]:
    """Yield every fault of the files of one place."""
    for family in FAMILIES:
        yield from family.check(folder)
