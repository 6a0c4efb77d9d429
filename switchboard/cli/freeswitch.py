"""``switchboard freeswitch``: a FreeSWITCH of our own, described and looked after."""

import os
from pathlib import Path

import click

from switchboard.cli._opening import read_settings_file, settings_option
from switchboard.installation import own_freeswitch
from switchboard.settings import Node, Settings
from switchboard.switch.configuration import SERVER_LOGIN
from switchboard.switch.inspection import Finding, Observation, Severity, judge, observe
from switchboard.switch.layout import FreeSwitchLayout
from switchboard.switch.nodes import FreeSwitchNode
from switchboard.switch.plain_values import ConfigurationError
from switchboard.switch.rendering import MODULES, MUSIC_MODULE, OPTIONAL_MODULES, render

NEEDED = tuple(module for module in (*MODULES, MUSIC_MODULE) if module not in OPTIONAL_MODULES)
MARKS = {Severity.DANGER: "DANGER", Severity.FAULT: "FAULT", Severity.ADVICE: "advice"}


@click.group()
@settings_option
@click.pass_context
def command(context: click.Context, settings_file: Path | None) -> None:
    """Write FreeSWITCH's configuration, and check a FreeSWITCH that runs."""
    context.obj = read_settings_file(settings_file)


@command.command("render")
@click.argument("folder", metavar="DIR", required=False, type=click.Path(path_type=Path))
@click.pass_obj
def render_into(settings: Settings, folder: Path | None) -> None:
    """Write a complete configuration into DIR/conf, and say what changed and how to start it.

    Without DIR it goes where `switchboard up` keeps it: `freeswitch` in the settings' folder.
    """
    try:
        config, usual = own_freeswitch(settings)
        layout = FreeSwitchLayout(folder.resolve()) if folder else usual
        done = render(config, layout)
    except (ConfigurationError, OSError) as fault:
        raise click.ClickException(str(fault)) from None
    for word, paths in (("written", done.written), ("removed", done.removed)):
        for path in paths:
            click.echo(f"{word}  {layout.conf / path}")
    click.echo(f"{len(done.unchanged)} files are as they were")
    click.echo("start it:  " + " ".join(layout.command("freeswitch")))
    click.echo(f"the server logs in as {SERVER_LOGIN} with the node's password")


@command.command()
@click.option("--binary", default="freeswitch", help="The program, where it is not on the path.")
@click.pass_obj
def run(settings: Settings, binary: str) -> None:
    """Run FreeSWITCH in the foreground with the configuration that `render` wrote.

    For a unit of systemd or a container of its own; `switchboard up` does it by itself.
    """
    _, layout = own_freeswitch(settings)
    if not (layout.conf / "freeswitch.xml").is_file():
        raise click.ClickException(
            f"{layout.conf} holds no configuration: `switchboard freeswitch render` writes it"
        )
    words = layout.command(binary)
    try:
        os.execvp(words[0], words)  # noqa: S606 - the program that was asked for, in our place
    except OSError as fault:
        raise click.ClickException(
            f"{binary} cannot be started: {fault.strerror}; install FreeSWITCH or name it with "
            "--binary"
        ) from None


@command.command()
@click.pass_obj
def check(settings: Settings) -> None:
    """Tell what is wrong with each FreeSWITCH of the settings, and the remedy.

    Ends with status 1 when something is dangerous or will make calls fail.
    """
    bad = 0
    for node in settings.nodes:
        seen = _look_at(node)
        findings = (*judge(seen), *_about_cdrs(node.cdrs))
        _tell(node.name, seen, findings)
        bad += sum(finding.severity is not Severity.ADVICE for finding in findings)
    if bad:
        raise click.exceptions.Exit(1)


def _look_at(node: Node) -> Observation:
    """Look as the node's user; where none is named, as ours if there is one, as `up` does."""
    host, port = node.event_socket.host, node.event_socket.port
    for user in [node.user] if node.user else [SERVER_LOGIN, ""]:
        seen = observe(FreeSwitchNode(node.name, host, port, node.password, user), NEEDED)
        if not seen.fault:
            break
    return seen


def _about_cdrs(folder: Path | None) -> tuple[Finding, ...]:
    if folder is None:
        what = "no call's own record is taken in: the node has no folder of CDRs"
        return (Finding(Severity.ADVICE, what, "set `cdrs` of the node in the settings"),)
    if not folder.is_dir():
        what = f"the folder of CDRs {folder} is not there"
        remedy = (
            "start FreeSWITCH, or correct `cdrs` in the settings and log-dir in json_cdr.conf.xml"
        )
        return (Finding(Severity.FAULT, what, remedy),)
    return ()


def _tell(name: str, seen: Observation, findings: tuple[Finding, ...]) -> None:
    click.echo(f"{name} at {seen.place}: {seen.version or 'not reached'}")
    for finding in findings:
        click.echo(f"  {MARKS[finding.severity]}: {finding.what}\n      {finding.remedy}")
    if not findings:
        click.echo("  nothing is wrong")
