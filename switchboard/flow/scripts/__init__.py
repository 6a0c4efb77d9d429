"""Call scripts: the tests that authors write, run on a virtual clock in the pure engine."""

from switchboard.flow.scripts.coverage import Coverage, Way, measure, not_tested_entries
from switchboard.flow.scripts.forms import ScriptFile
from switchboard.flow.scripts.proof import Proof, Proven, find_faults, prove
from switchboard.flow.scripts.queues import AnybodyAnswers, MakeQueues, Queues
from switchboard.flow.scripts.reading import SUFFIX, Script, read_script, read_scripts
from switchboard.flow.scripts.runner import CallResult, Outcome, run_call, run_script

__all__ = [
    "SUFFIX",
    "AnybodyAnswers",
    "CallResult",
    "Coverage",
    "MakeQueues",
    "Outcome",
    "Proof",
    "Proven",
    "Queues",
    "Script",
    "ScriptFile",
    "Way",
    "find_faults",
    "measure",
    "not_tested_entries",
    "prove",
    "read_script",
    "read_scripts",
    "run_call",
    "run_script",
]
