"""``switchboard simulate``: changes of a queue tried on the production core."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from switchboard.cli.simulate import command

FILE = """
queue: sales
agents: 12
calls_per_hour: 200
talk_s: 150
wrap_up_s: 30
patience_s: 120
"""


@pytest.fixture
def centre(tmp_path: Path) -> str:
    path = tmp_path / "queue.yaml"
    path.write_text(FILE, encoding="utf-8")
    return str(path)


def rows(*arguments: str) -> list[list[str]]:
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 0, result.output
    return [line.split() for line in result.output.splitlines()[1:]]


def test_more_agents_answer_more_in_time_and_are_less_busy(centre):
    few, more = rows(centre, "--calls", "3000", "--agents", "+2")
    assert (few[0], more[0]) == ("12", "14")
    assert float(more[2].rstrip("%")) > float(few[2].rstrip("%"))
    assert float(more[3].rstrip("%")) < float(few[3].rstrip("%"))
    # 200 calls an hour times 180 s are 10 agents' work, less who gives up: 78 % of 12, 71 % of 14.
    assert (few[-1], more[-1]) == ("inside", "under")


def test_the_same_seed_shows_the_same(centre):
    asked = (centre, "--calls", "500", "--strategy", "random", "--strategy", "round_robin")
    assert rows(*asked) == rows(*asked)


def test_a_mistake_in_the_file_is_told_at_its_place(tmp_path):
    path = tmp_path / "queue.yaml"
    path.write_text(FILE + "agent: 3\n", encoding="utf-8")
    result = CliRunner().invoke(command, [str(path)])
    assert result.exit_code == 1
    assert "agent: Extra inputs" in result.output
