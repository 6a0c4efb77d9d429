"""``switchboard simulate``: what a change of a queue would do, by the code that decides calls."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from switchboard.acd import AgentProfile, Config, Queue, Strategy, Tier
from switchboard.acd.simulation import Outcome, Simulation, Stream

LEAST_BUSY, MOST_BUSY = 0.75, 0.80
"""The band of occupancy in which agents neither idle nor burn out."""


class CentreFile(BaseModel):
    """One queue and its load, as the file says it."""

    model_config = ConfigDict(extra="forbid")

    queue: str = Field(min_length=1)
    strategy: Strategy = Strategy.LONGEST_IDLE
    agents: int = Field(ge=1, le=5_000)
    calls_per_hour: float = Field(gt=0, le=1_000_000)
    talk_s: float = Field(gt=0, le=86_400)
    wrap_up_s: float = Field(default=0, ge=0, le=3_600)
    patience_s: float = Field(default=0, ge=0, le=86_400)
    target_s: float = Field(default=20, gt=0)


@click.command("simulate")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--calls", default=20_000, show_default=True, type=click.IntRange(1, 10_000_000))
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same calls.")
@click.option("--agents", "change", multiple=True, help="Such as +2 or -1, beside the file's.")
@click.option("--strategy", "strategies", multiple=True, type=click.Choice(list(Strategy)))
def command(
    file: Path, calls: int, seed: int, change: tuple[str, ...], strategies: tuple[str, ...]
) -> None:
    """Play the load of FILE, and again with each change; show what callers and agents would see."""
    centre = _read(file)
    click.echo("agents strategy            level   gave up  mean wait  occupancy (band 75-80 %)")
    for agents in (centre.agents, *(centre.agents + _step(one) for one in change)):
        for strategy in strategies or (centre.strategy,):
            if agents < 1:
                raise click.ClickException(f"{agents} agents serve nobody: take fewer away")
            click.echo(_line(agents, strategy, play(centre, agents, strategy, calls, seed)))


def _read(file: Path) -> CentreFile:
    try:
        written: Any = yaml.safe_load(file.read_text(encoding="utf-8"))
        return CentreFile.model_validate(written)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{file} is no YAML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise click.ClickException(f"{file}: {place}: {first['msg']}") from error


def _step(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise click.ClickException(f"--agents {text}: write +2 or -1") from None


def play(centre: CentreFile, agents: int, strategy: str, calls: int, seed: int) -> Outcome:
    """Run the load against so many agents and this strategy."""
    queue = Queue(
        centre.queue,
        strategy=Strategy(strategy),
        wrap_up_ms=round(centre.wrap_up_s * 1000),
        target_ms=round(centre.target_s * 1000),
    )
    one = AgentProfile("", (Tier(centre.queue),))
    people = tuple(
        replace(one, agent_id=f"a{at}", tiers=(Tier(centre.queue, 1, at + 1),))
        for at in range(agents)
    )
    stream = Stream(
        centre.queue,
        centre.calls_per_hour,
        round(centre.talk_s * 1000),
        round(centre.patience_s * 1000),
    )
    return Simulation(Config((queue,), people), (stream,), seed).run(calls)


def _line(agents: int, strategy: str, outcome: Outcome) -> str:
    busy = outcome.occupancy
    verdict = "under" if busy < LEAST_BUSY else "over" if busy > MOST_BUSY else "inside"
    gone = outcome.abandoned / outcome.arrived
    return (
        f"{agents:6} {strategy:18} {outcome.service_level:6.1%} {gone:8.1%}"
        f" {outcome.asa_ms / 1000:8.1f} s  {busy:8.1%} {verdict}"
    )
