"""``switchboard queues`` that show: how queues stand, figures of a period, why a caller waited."""

from collections.abc import Callable
from typing import Any, Protocol

import click

from switchboard.cli._call_place import opened_place
from switchboard.cli._figures import SPANS, Wanted, report_agents, report_queues
from switchboard.cli._moments import DayOf
from switchboard.cli._printing import echo_json, echo_table, printable
from switchboard.cli._server import Server
from switchboard.ports.figures import FigureGrouping
from switchboard.ports.records import AmbiguousCall
from switchboard.services.roster import Staff, staff_of
from switchboard.services.why import Explaining
from switchboard.settings import Settings

QUEUE_GROUPINGS = [str(by) for by in FigureGrouping]
AGENT_GROUPINGS = [by for by in QUEUE_GROUPINGS if by != FigureGrouping.QUEUE]
TITLES = (
    "queue", "about", "strategy", "waiting", "longest", "mean", "today", "abandoned", "level",
    "target", "agents",
)  # fmt: skip


class Desk(Protocol):
    """What a command has to hand."""

    @property
    def settings(self) -> Settings:
        """The installation's."""
        ...


def add_board(group: click.Group) -> None:
    """Add the commands to those of queues."""
    for command in (list_queues, show, stats, report, why):
        group.add_command(command)


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def list_queues(desk: Desk, *, as_json: bool) -> None:
    """List each queue as it stands in the running server: who waits, who works, today so far."""
    found = Server(desk.settings).get("/queues")
    if as_json:
        echo_json(found)
    elif found:
        echo_table(TITLES, [_queue_row(queue) for queue in found])
    else:
        click.echo("there are no queues: name one in centre.yaml, or import some")


@click.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def show(desk: Desk, name: str, *, as_json: bool) -> None:
    """Show one queue as it stands, with each caller who waits."""
    found = Server(desk.settings).get(f"/queues/{name}")
    if as_json:
        echo_json(found)
        return
    echo_table(TITLES, [_queue_row(found)])
    if found["entries"]:
        click.echo()
        titles = ("place", "caller", "name", "waits", "priority", "rings at", "call")
        echo_table(titles, [_caller_row(one) for one in found["entries"]])


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def stats(desk: Desk, *, as_json: bool) -> None:
    """Show each queue's figures since midnight, from the running server."""
    found = [
        {"queue": one["queue"], **one["today"]}
        for one in Server(desk.settings).get("/queues")
        if one["today"] is not None
    ]
    if as_json:
        echo_json(found)
        return
    names = ("offered", "waiting", "answered", "abandoned", "left_at_once", "led_on", "transfers")
    titles = ("queue", *(name.replace("_", " ") for name in names), "level", "ASA", "AHT")
    echo_table(titles, [_figures_row(one, names) for one in found])


def _report_options(
    groupings: list[str], usual: FigureGrouping
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    options = (
        click.argument("span", type=click.Choice(SPANS), default="day"),
        click.option("--of", "day", type=DayOf(), help="A day in it: 2026-12-01, yesterday."),
        click.option(
            "--by",
            type=click.Choice(groupings),
            default=str(usual),
            show_default=True,
            help="What each line is about.",
        ),
        click.option("--agent", default="", help="Only of this agent."),
        click.option("--csv", "form", flag_value="csv", help="For spreadsheets."),
        click.option("--json", "form", flag_value="json", help="For programs."),
    )

    def add(command: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(options):
            command = option(command)
        return command

    return add


@click.command()
@_report_options(QUEUE_GROUPINGS, FigureGrouping.QUEUE)
@click.option("--queue", default="", help="Only of this queue.")
@click.pass_obj
def report(desk: Desk, /, **wanted: Any) -> None:  # noqa: ANN401 - the options, by their names
    """Count the callers of queues in a day, week, month or year: what became of them.

    level: answered within the target / (answered + abandoned); ASA: mean wait of the answered;
    AHT: (talk + hold + wrap-up) / conversations. A caller counts in the hour they came.
    """
    report_queues(desk.settings, Wanted(**wanted))


@click.command("report")
@_report_options(AGENT_GROUPINGS, FigureGrouping.AGENT)
@click.pass_obj
def agents_report(desk: Desk, /, **wanted: Any) -> None:  # noqa: ANN401 - the options, by their names
    """Tell what agents did in a day, week, month or year: their time by state, their calls.

    The states add up to the time signed in; occupancy: (talking with hold + wrap-up) / signed in.
    """
    report_agents(desk.settings, Wanted(queue="", **wanted))


@click.command()
@click.argument("call_id", metavar="CALL")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def why(desk: Desk, call_id: str, *, as_json: bool) -> None:
    """Say why CALL waited, whom it was offered to, and why every other agent was passed over.

    CALL is the beginning of its id. Tiers and skills are those of now; everything else is what it
    was when it was decided.
    """
    with opened_place(desk.settings) as place:
        store = place.store
        try:
            found = store.records.find_call(call_id)
        except AmbiguousCall as ambiguous:
            raise click.ClickException(str(ambiguous)) from ambiguous
        if found is None:
            raise click.ClickException(f"no call begins with {call_id!r}: see `switchboard calls`")

        def staff() -> Staff:
            return staff_of(store.roster.rows())

        reasons = Explaining(store.journal, store.agent_book, staff).why(found.call_id)
    if as_json:
        echo_json([{"at": one.at, "text": one.text} for one in reasons])
    elif not reasons:
        click.echo("this call was in no queue")
    for one in () if as_json else reasons:
        click.echo(f"{one.at.astimezone():%H:%M:%S.%f}"[:-4] + "  " + printable(one.text))


def _queue_row(queue: dict[str, Any]) -> tuple[object, ...]:
    today = queue["today"] or {}
    at_work = ", ".join(f"{count} {what}" for what, count in queue["agents"].items())
    state = "" if queue["open"] else " (closed)"
    return (
        queue["queue"] + state + (f" (surge: {queue['surging']})" if queue["surging"] else ""),
        queue["about"], queue["strategy"], queue["waiting"], _clock(queue["longest_wait_ms"]),
        _clock(queue["mean_wait_ms"]), today.get("offered", "?"), today.get("abandoned", "?"),
        _percent(today.get("service_level")), f"{queue['target_ms'] / 1000:g} s", at_work,
    )  # fmt: skip


def _caller_row(one: dict[str, Any]) -> tuple[object, ...]:
    return (
        one["position"], one["number"] or "withheld", one["name"], _clock(one["waited_ms"]),
        one["priority"] or "", ", ".join(one["ringing"]), one["call_id"][:12],
    )  # fmt: skip


def _figures_row(one: dict[str, Any], names: tuple[str, ...]) -> tuple[object, ...]:
    means = (_seconds(one["asa_s"]), _seconds(one["aht_s"]))
    counts = (one[name] or "-" for name in names)
    return one["queue"], *counts, _percent(one["service_level"]), *means


def _clock(ms: int) -> str:
    minutes, seconds = divmod(ms // 1000, 60)
    return f"{minutes}:{seconds:02}" if ms else "-"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share * 100:.0f} %"


def _seconds(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds:.1f} s"
