"""``switchboard call``: a caller on the stand-in, who tells what is heard as it is heard."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from switchboard.bundled import bundled
from switchboard.cli.simulator import ADDRESS
from switchboard.simulator.running import Address
from switchboard.simulator.steering import NoSimulator, Steering, SteeringRefused

GOODBYE_S = 10.0  # so much silence after the last step, and the caller hangs up


class InOrder(click.Command):
    """Keeps the order in which ``--press`` and ``--say`` stand on the command line."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Note the steps in their order, then parse as ever."""
        ctx.obj = tuple(steps_in(args))
        return super().parse_args(ctx, args)


def steps_in(args: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield each ``press`` and ``say`` of a command line with its value, in order."""
    for place, word in enumerate(args):
        option, equals, value = word.partition("=")
        if option in {"--press", "--say"}:
            yield option[2:], value if equals else "".join(args[place + 1 : place + 2])


@click.command(cls=InOrder)
@click.argument("number")
@click.option("--from", "caller", default="+8613800138000", show_default=True, help="The caller.")
@click.option("--name", default="", help="The caller's display name.")
@click.option("--press", multiple=True, help="Keys, when the system falls silent.")
@click.option("--say", multiple=True, help="A WAV file, when it records.")
@click.option("--hang-up-after", type=float, help="Seconds after which the caller hangs up.")
@click.option("--control", type=ADDRESS, default="127.0.0.1:8022", show_default=True)
@click.pass_obj
def command(
    options: Sequence[tuple[str, str]],
    /,
    number: str,
    caller: str,
    name: str,
    hang_up_after: float | None,
    control: Address,
    **in_order: object,
) -> None:
    """Call NUMBER on the stand-in and tell what is heard.

    ``--press`` and ``--say`` are carried out in the order given. When they are done the caller
    stays until the system hangs up, or nothing was heard for ten seconds.
    """
    del in_order  # --press and --say, grouped; their order is in the options
    steps = make_steps(options)
    try:
        with Steering(*control) as steering:
            endpoint = steering.make_endpoint(caller, name)
            call = steering.dial(endpoint, number, steps, hang_up_after_s=hang_up_after)
            cause = follow_to_the_end(steering, call)
    except NoSimulator as fault:
        raise click.ClickException(
            f"{fault}; start it with `switchboard up`, or name its address with --control"
        ) from fault
    except SteeringRefused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    if cause not in {"NORMAL_CLEARING", "ORIGINATOR_CANCEL"}:
        sys.exit(1)


def make_steps(options: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """Turn the options, in their order, into steps of a scripted person."""
    steps: list[dict[str, Any]] = [{"await": "answer"}]
    for kind, value in options:
        if kind == "press":
            steps += [{"await": "quiet"}, {"press": value}]
        else:
            steps += [{"await": "recording"}, {"say": str(find_sound(value))}]
    return [*steps, {"stay": GOODBYE_S}, {"hang_up": True}]


def find_sound(name: str) -> Path:
    """Return the WAV file: in the current folder, or among the samples that ship.

    Raises:
        click.ClickException: there is none; the message lists the samples.
    """
    here = Path(name)
    if here.is_file():
        return here.resolve()
    samples = bundled("sounds") / "samples"
    if (samples / name).is_file():
        return samples / name
    known = ", ".join(sorted(path.name for path in samples.glob("*.wav"))) or "none"
    raise click.ClickException(f"there is no file {name!r}; samples that ship: {known}")


def follow_to_the_end(steering: Steering, call: str) -> str:
    """Follow the call; Ctrl-C makes the caller hang up."""
    try:
        return follow(steering)
    except KeyboardInterrupt:
        steering.hang_up(call)
        return follow(steering)


def follow(steering: Steering) -> str:
    """Print what the caller notices until the call ends; returns the hangup cause."""
    while True:
        event = steering.next_event() or {}
        words = describe(event)
        if words:
            click.echo(f"{event['at_s']:7.2f} s  {words}")
        if event["event"] == "hung_up":
            return str(event["cause"])


def describe(event: dict[str, Any]) -> str:
    """Say an event in words; empty for one that is not worth a line."""
    kind = event["event"]
    if str(event.get("sound", "")).startswith("silence_stream:"):
        return ""
    if kind == "hears":
        return f"hears   {spoken_words(event['sound'])}"
    if kind == "heard":
        return f"        … {event['for_s']:.1f} s of it" if event["early"] else ""
    if kind == "recorded":
        return f"was recorded: {event['file']}"
    if kind == "joined":
        return f"talks with {event['with']}"
    if kind == "parted":
        return f"talks with {event['with']} no more"
    if kind == "key":
        return f"hears the key {event['digit']}"
    if kind == "hung_up":
        return f"hung up: {event['cause']}"
    return WORDS.get(kind, str(kind))


WORDS = {
    "answered": "answered",
    "records": "is being recorded",
    "held": "is on hold",
    "retrieved": "is on hold no more",
    "faxed": "has sent its pages",
}


def spoken_words(sound: str) -> str:
    """Return the words of a sound, where the text it was spoken from lies beside it."""
    parts = sound.removeprefix("file_string://").split("!")
    return " ".join(_words_of(part) for part in parts)


def _words_of(sound: str) -> str:
    beside = Path(sound).with_suffix(".txt")
    if "://" not in sound and beside.is_file():
        return f"“{beside.read_text(encoding='utf-8').strip()}”"
    return sound if "://" in sound else Path(sound).name
