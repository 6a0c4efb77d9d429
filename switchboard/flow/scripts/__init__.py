"""Call scripts: the tests that authors write, run on a virtual clock in the pure engine."""

from switchboard.flow.faults import Fault
from switchboard.flow.parts import validated
from switchboard.flow.scripts.forms import ScriptFile
from switchboard.flow.scripts.runner import CallResult, Outcome, run_call, run_script
from switchboard.flow.source import Document, read_yaml

__all__ = ["CallResult", "Outcome", "ScriptFile", "read_script", "run_call", "run_script"]

SUFFIX = ".test.yaml"


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
