"""The page for operators of queues is held to what can be set up."""

import re
from pathlib import Path

import pytest
import yaml

from switchboard import acd
from switchboard.services.roster_forms import (
    AgentForm,
    FailureForm,
    QueueForm,
    RecordForm,
    RuleForm,
    SurgeForm,
)

PAGE = Path(__file__).parents[3].joinpath("docs/queues.md").read_text(encoding="utf-8")
EXAMPLES = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]


@pytest.mark.parametrize(
    "form", [QueueForm, AgentForm, FailureForm, RuleForm, RecordForm, SurgeForm]
)
def test_every_setting_is_in_an_example_or_in_the_text(form):
    shown = set(re.findall(r"\w+", PAGE))
    assert set(form.model_fields) <= shown


def test_the_examples_can_be_set_up():
    (queues, agents) = EXAMPLES
    made = {name: QueueForm.model_validate(one) for name, one in queues["queues"].items()}
    assert made["service"].made("service").wrap_up_ms == 15_000
    for name, one in agents["agents"].items():
        assert AgentForm.model_validate(one).made(name).tiers


def test_every_strategy_is_told():
    told = set(re.findall(r"`(\w+)`", PAGE))
    assert set(acd.Strategy) <= told
