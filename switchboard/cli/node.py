"""``switchboard node``: what runs beside a FreeSWITCH on a machine of its own.

On one machine it is not needed: the server finds everything on its own disk.
"""

import os
import sys
from pathlib import Path

import click
import structlog

from switchboard.bundled import bundled
from switchboard.cli._opening import read_settings_file, settings_option
from switchboard.installation import own_freeswitch
from switchboard.outside.node_agent import NodeAgent, ServerAway
from switchboard.runtime.clock import ScaledClock
from switchboard.runtime.logs import LogForm, configure_logs
from switchboard.settings import Settings
from switchboard.switch.applying import NotApplied, apply_configuration
from switchboard.switch.nodes import FreeSwitchNode
from switchboard.switch.plain_values import ConfigurationError
from switchboard.switch.rendering import render

log = structlog.get_logger(__name__)

BETWEEN_ROUNDS_S = 1.0


@click.command()
@settings_option
@click.option("--server", required=True, help="The server's HTTP door, https://host:port.")
@click.option(
    "--token-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Holds the node's token; else $SWITCHBOARD_NODE_TOKEN.",
)
@click.option("--once", is_flag=True, help="Go round once and end.")
def command(
    settings_file: Path | None, server: str, token_file: Path | None, *, once: bool
) -> None:
    """Look after the first FreeSWITCH of the settings, for a server on another machine.

    Renders its configuration and has it take what changed; mirrors sounds to the same places as on
    the server; brings recordings and CDRs. The settings' folder is at the same path on both.
    """
    settings = read_settings_file(settings_file)
    configure_logs(settings.logs.level, LogForm(settings.logs.form), sys.stderr)
    agent = _agent(settings, server, _token(token_file))
    clock = ScaledClock()
    while True:
        problem = _go_round(settings, agent)
        if once and problem:
            raise click.ClickException(problem)
        if once:
            click.echo("sounds are here, recordings and CDRs are there")
            return
        clock.sleep(BETWEEN_ROUNDS_S)


def _go_round(settings: Settings, agent: NodeAgent) -> str:
    """Do everything once; return what could not be done, in words."""
    try:
        _render(settings)
        agent.go_round()
    except (ConfigurationError, NotApplied, ServerAway, OSError) as problem:
        log.warning("the node waits", reason=str(problem))
        return str(problem)
    return ""


def _render(settings: Settings) -> None:
    """Render the configuration; a FreeSWITCH that runs takes what changed."""
    config, layout = own_freeswitch(settings)
    done = render(config, layout)
    if done.written or done.removed:
        log.info("configuration rendered", written=len(done.written), removed=len(done.removed))
        if (layout.run / "freeswitch.pid").exists():
            node = settings.nodes[0]
            address = node.event_socket
            apply_configuration(
                FreeSwitchNode(node.name, address.host, address.port, node.password, node.user)
            )


def _agent(settings: Settings, server: str, token: str) -> NodeAgent:
    _, layout = own_freeswitch(settings)
    folder = settings.folder.absolute()
    return NodeAgent(
        server,
        token,
        sounds=(folder / "prompts", bundled("sounds")),
        recordings=folder / "recordings",
        cdrs=settings.nodes[0].cdrs or layout.cdrs,
    )


def _token(file: Path | None) -> str:
    token = file.read_text().strip() if file else os.environ.get("SWITCHBOARD_NODE_TOKEN", "")
    if not token:
        raise click.ClickException(
            "no token: name --token-file or set $SWITCHBOARD_NODE_TOKEN; it stands in the server's "
            "settings as nodes: [{token: ...}]"
        )
    return token
