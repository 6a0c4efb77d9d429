"""Reads call scripts: their form, and whether what they name is there."""

from collections.abc import Mapping
from dataclasses import dataclass

from switchboard.flow.checks.scripts import check_script
from switchboard.flow.faults import Fault
from switchboard.flow.folder import Folder
from switchboard.flow.parts import validated
from switchboard.flow.scripts.forms import ScriptFile
from switchboard.flow.source import Document, read_yaml

SUFFIX = ".test.yaml"


@dataclass(frozen=True, slots=True)
class Script:
    """A call script that has its form.

    Attributes:
        document: As it was read.
        file: What it says.
    """

    document: Document
    file: ScriptFile


def read_script(text: str, file: str) -> tuple[Document, ScriptFile | None, tuple[Fault, ...]]:
    """Read a call script.

    Returns:
        The document, the script (None when it has not its form), and all faults.
    """
    document = read_yaml(text, file)
    faults = list(document.faults)
    if document.broken:
        return document, None, tuple(faults)
    script = validated(document, ScriptFile, document.root, (), faults)
    return document, script if not faults else None, tuple(sorted(faults))


def read_scripts(
    files: Mapping[str, str], folder: Folder
) -> tuple[tuple[Script, ...], tuple[Fault, ...]]:
    """Read and check all call scripts of one place.

    Args:
        files: Text of each file by its name; those that are no scripts are passed over.
        folder: The flows that they are about.

    Returns:
        The scripts without a fault, and all faults.
    """
    scripts: list[Script] = []
    faults: list[Fault] = []
    for name in sorted(files):
        if name.endswith(SUFFIX):
            document, script, found = read_script(files[name], name)
            if script is not None:
                found = tuple(check_script(folder, document, script))
                if not found:
                    scripts.append(Script(document, script))
            faults.extend(found)
    return tuple(scripts), tuple(sorted(set(faults)))
