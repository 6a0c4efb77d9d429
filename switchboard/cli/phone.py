"""``switchboard phone``: a telephone on the stand-in, whose owner answers by a key or by itself."""

import os
import select
import sys
from typing import Any

import click

from switchboard.cli.call import describe
from switchboard.cli.simulator import ADDRESS
from switchboard.settings import SettingsError, find_settings, load_settings
from switchboard.simulator.running import Address
from switchboard.simulator.steering import NoSimulator, Steering, SteeringRefused

USUAL_DOMAIN = "switchboard.invalid"
KEYS = "a answers, r rejects, h hangs up, t NUMBER transfers, q unplugs; 0-9 * # are pressed"
LOOK_S = 0.2  # wall time between two looks at what was typed


class PhoneOwner:
    """Carries out what the owner types, on the one call that the phone has.

    Args:
        steering: The connection.
        answer_after_s: When the owner answers by itself, in seconds; None: by a key only.
    """

    def __init__(self, steering: Steering, answer_after_s: float | None) -> None:
        self._steering = steering
        self._by_itself = answer_after_s is not None
        self.call = ""

    def notice(self, event: dict[str, Any]) -> None:
        """Print an event, and keep its call in mind."""
        self.call = "" if event["event"] == "hung_up" else str(event["call"])
        if event["event"] == "rings":
            shown = " ".join(filter(None, (event["from"], event["name"])))
            hint = "" if self._by_itself else "   (a answers, r rejects)"
            click.echo(f"rings: {shown or 'number withheld'}{hint}")
            return
        words = describe(event)
        if words:
            click.echo(f"{event['at_s']:7.2f} s  {words}")

    def obey(self, typed: str) -> bool:
        """Carry a line out; False when the phone is to be unplugged."""
        word, _, rest = typed.strip().partition(" ")
        if word == "q":
            return False
        if not word:
            return True
        if not self.call:
            click.echo("nobody is on the line")
            return True
        orders: dict[str, dict[str, str]] = {
            "a": {"do": "answer"},
            "r": {"do": "refuse", "status": "603"},
            "h": {"do": "hang_up"},
            "t": {"do": "refer", "to": rest.strip()},
        }
        if set(word) <= set("0123456789*#"):
            order = {"do": "press", "keys": word}
        elif word in orders:
            order = orders[word]
        else:
            click.echo(f"keys: {KEYS}")
            return True
        self._order(**order)
        return True

    def _order(self, do: str, **fields: str) -> None:
        try:
            self._steering.ask(do, call=self.call, **fields)
        except SteeringRefused as refusal:
            click.echo(str(refusal))


@click.command()
@click.argument("number")
@click.option("--answer-after", type=click.FloatRange(0), help="Seconds; without it by key `a`.")
@click.option("--hang-up-after", type=click.FloatRange(0), help="Seconds of talk.")
@click.option("--domain", help="Where it registers; that of the settings unless given.")
@click.option("--port", type=click.IntRange(1, 65535), default=5099, show_default=True)
@click.option("--control", type=ADDRESS, default="127.0.0.1:8022", show_default=True)
def command(
    *,
    number: str,
    answer_after: float | None,
    hang_up_after: float | None,
    domain: str | None,
    port: int,
    control: Address,
) -> None:
    """Be the phone NUMBER on the stand-in: it registers, rings, and tells what it hears.

    Without --answer-after the owner answers by typing `a`; other keys are told when asked for by
    any other letter. Ctrl-C unplugs it.
    """
    place = {"number": number, "port": port, "domain": domain or _domain()}
    try:
        with Steering(*control) as steering:
            steering.ask("phone", **place, **_manner(answer_after, hang_up_after))
            click.echo(f"{number} is registered; {KEYS}")
            try:
                _serve(steering, PhoneOwner(steering, answer_after))
            except KeyboardInterrupt:
                click.echo("unplugged")
            finally:
                steering.ask("unplug", number=number, port=port)
                steering.ask("unregister", user=number, domain=place["domain"])
    except NoSimulator as fault:
        raise click.ClickException(
            f"{fault}; start it with `switchboard up`, or name its address with --control"
        ) from fault
    except SteeringRefused as refusal:
        raise click.ClickException(str(refusal)) from refusal


def _manner(answer_after_s: float | None, hang_up_after_s: float | None) -> dict[str, Any]:
    """Return how the phone behaves, in the words of the control connection."""
    steps: list[dict[str, Any]] = []
    if hang_up_after_s is not None:
        steps = [{"await": "partner"}, {"wait": hang_up_after_s}, {"hang_up": True}]
    if answer_after_s is None:
        return {"manner": "rings", "lines": 1, "steps": steps}
    return {"manner": "answers", "rings_ms": answer_after_s * 1000, "lines": 1, "steps": steps}


def _serve(steering: Steering, owner: PhoneOwner) -> None:
    """Print what the phone notices and obey what is typed, until it is unplugged."""
    typed = TypedLines(sys.stdin.fileno())
    while True:
        event = steering.next_event(LOOK_S)
        if event is not None:
            owner.notice(event)
        for line in typed.read():
            if not owner.obey(line):
                return


class TypedLines:
    """Lines of a terminal or pipe, taken without ever waiting for one.

    Args:
        descriptor: Where they come from; its end leaves the phone plugged in.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._waiting = b""
        self._ended = False

    def read(self) -> list[str]:
        """Return the lines that were finished since the last time."""
        if self._ended or not select.select([self._descriptor], [], [], 0)[0]:
            return []
        received = os.read(self._descriptor, 4096)
        self._ended = not received
        *lines, self._waiting = (self._waiting + received).split(b"\n")
        return [line.decode(errors="replace") for line in lines]


def _domain() -> str:
    """Return the SIP domain of the settings, where there are some."""
    try:
        return load_settings(find_settings()).freeswitch.sip_domain
    except (SettingsError, OSError):
        return USUAL_DOMAIN
