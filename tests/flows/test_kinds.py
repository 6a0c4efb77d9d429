"""Every kind of node has its golden runs, in which each of its outcomes is reached.

A run is saved and read again at every wait (``Conversation``). The node that the manual shows as an
example stands in the flow that is run.
"""

import re
import textwrap
from pathlib import Path

import pytest

from switchboard.flow import load
from switchboard.flow.kinds import KINDS
from switchboard.flow.program import Program
from switchboard.flow.scripts import Outcome, ScriptFile, read_script, run_script
from switchboard.flow.source import read_yaml
from switchboard.services.script_queues import ScriptQueues

GOLDEN = Path(__file__).parent / "kinds"


def golden(verb: str) -> tuple[dict[str, str], ScriptFile]:
    path = GOLDEN / f"{verb}.yaml"
    root = read_yaml(path.read_text(encoding="utf-8"), path.name).root
    assert isinstance(root, dict)
    names = {"centre": "centre.yaml", "flow": "golden.yaml", "other": "gas_account.yaml"}
    files = {name: str(root[part]) for part, name in names.items() if part in root}
    _, script, faults = read_script(str(root["script"]), "golden.test.yaml")
    assert script is not None, "\n".join(map(str, faults))
    return files, script


def program_of(files: dict[str, str]) -> Program:
    loaded = load(files)
    assert loaded.program is not None, "\n".join(map(str, loaded.faults))
    return loaded.program


@pytest.mark.parametrize("verb", KINDS)
def test_a_kind_goes_as_its_golden_runs_say(verb: str) -> None:
    files, script = golden(verb)
    results = list(run_script(program_of(files), script, ScriptQueues))
    failed = [f"{one.call}: {', '.join(one.reasons)}" for one in results if one.reasons]
    assert failed == []
    assert {one.outcome for one in results} == {Outcome.PASSED}


@pytest.mark.parametrize("verb", KINDS)
def test_every_outcome_of_a_kind_is_reached(verb: str) -> None:
    files, script = golden(verb)
    program = program_of(files)
    kind = KINDS[verb]
    nodes = {
        (flow.name, node.name): node
        for flow in program.flows.values()
        for node in flow.nodes.values()
        if node.kind is kind
    }
    left = {
        (one.flow, one.node, one.outcome)
        for result in run_script(program, script, ScriptQueues)
        for one in result.left
    }
    reached = {outcome for flow, node, outcome in left if (flow, node) in nodes}
    assert set(kind.outcomes) <= reached
    for (flow, name), node in nodes.items():
        for outcome in kind.own_outcomes(node.model):
            if (flow, name, outcome) not in left:
                assert outcome in ("none", "otherwise"), f"{name}: {outcome} is not reached"


@pytest.mark.parametrize("verb", KINDS)
def test_the_example_of_the_manual_is_what_is_run(verb: str) -> None:
    files, _ = golden(verb)
    example = textwrap.dedent(KINDS[verb].example).strip()
    flow = textwrap.dedent(re.sub(r"(?s).*\nnodes:\n", "", files["golden.yaml"]))
    assert example in flow


@pytest.mark.parametrize("verb", KINDS)
def test_every_key_of_a_kind_is_documented(verb: str) -> None:
    kind = KINDS[verb]
    assert len(kind.about) > 10
    undocumented = [
        name for name, field in kind.model.model_fields.items() if not field.description
    ]
    assert undocumented == []


def test_no_verb_is_a_key_of_another_kind() -> None:
    for verb, kind in KINDS.items():
        keys = {field.alias or name for name, field in kind.model.model_fields.items()}
        assert keys & set(KINDS) == {verb}


def test_there_is_no_golden_run_without_its_kind() -> None:
    assert {path.stem for path in GOLDEN.glob("*.yaml")} == set(KINDS)
