"""Says what a caller hears next: loads and checks YAML, advances a run by one resume.

Files, clock and network are effects whose results come back as resumes; this room does none of it.

The door: :func:`load` files into a :class:`Program`, :func:`begin` a :class:`Run`, :func:`advance`
it by each answer of the world, :func:`judge` the keys that are gathered for it.
"""

from switchboard.flow.engine import Entered, Left, SpeechFault, Step, advance, begin
from switchboard.flow.faults import Fault, FlowFault
from switchboard.flow.keypad import Verdict, judge
from switchboard.flow.loader import Loaded, load
from switchboard.flow.program import Program
from switchboard.flow.runs import CallFacts, Ending, Run, run_from_json
from switchboard.flow.shapes import shape_faults
from switchboard.flow.source import Document, read_yaml

__all__ = [
    "CallFacts",
    "Document",
    "Ending",
    "Entered",
    "Fault",
    "FlowFault",
    "Left",
    "Loaded",
    "Program",
    "Run",
    "SpeechFault",
    "Step",
    "Verdict",
    "advance",
    "begin",
    "judge",
    "load",
    "read_yaml",
    "run_from_json",
    "shape_faults",
]
