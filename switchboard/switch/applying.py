"""Has a running FreeSWITCH take a configuration that was rendered anew. Calls are not touched.

What FreeSWITCH takes only at its start (addresses, ports, modules) it does not take here either.
"""

from switchboard.esl import commands
from switchboard.esl.arguments import Login, Password
from switchboard.esl.commands import Word
from switchboard.esl.errors import ProtocolError
from switchboard.switch.inspection import Conversation
from switchboard.switch.nodes import FreeSwitchNode


class NotApplied(Exception):  # noqa: N818 - a state of the world
    """FreeSWITCH does not run, or did not take the configuration; says why."""


def apply_configuration(node: FreeSwitchNode) -> None:
    """Let *node* read its files again, and each SIP profile take what concerns it.

    Raises:
        NotApplied: it runs with what it had.
    """
    asked = (
        commands.reload_configuration(),
        commands.rescan(Word.INTERNAL),
        commands.rescan(Word.EXTERNAL),
    )
    try:
        with Conversation(node.host, node.port) as talk:
            talk.log_in(Password(node.password), Login(node.user) if node.user else None)
            for command in asked:
                reply = talk.ask(command)
                if reply.is_error:
                    raise NotApplied(f"{command.parts[0]}: {reply.text.strip()}")
    except (OSError, ProtocolError) as fault:
        raise NotApplied(f"{node.host}:{node.port}: {fault}") from fault
