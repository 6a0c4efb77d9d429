"""Finds the folders of data that the product needs at run time.

In a wheel they lie below this package; in a checkout (an editable install too, where that mapping
is not importable) they lie at the top of the repository.
"""

from pathlib import Path

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parent.parent


def bundled(name: str) -> Path:
    """Return the folder of data called *name*, such as ``ivr_flows`` or ``sounds``.

    Raises:
        FileNotFoundError: neither place has it; the installation is broken.
    """
    for folder in (HERE / name, CHECKOUT / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(
        f"the folder {name!r} is neither in {HERE} nor in {CHECKOUT}: install switchboard again"
    )
