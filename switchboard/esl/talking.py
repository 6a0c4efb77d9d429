"""Commands for channels that talk, given over the node's connection: dialled, joined, listened to.

Made as all commands are (:mod:`switchboard.esl.commands`): of our own names and checked arguments.
"""

from switchboard.esl.arguments import FilePath, IntoRoom, Keys, Onward, RoomName, Uuid
from switchboard.esl.commands import Command, Execution, Kind, Word
from switchboard.esl.names import Api, Application
from switchboard.esl.originating import Origination


def execute_on(channel: Uuid, execution: Execution, execution_id: Uuid) -> Command:
    """Run an application on a channel that has no socket to us, when its turn comes."""
    return Command(Kind.SENDMSG, (channel,), execution, execution_id)


def originate(order: Origination) -> Command:
    """Dial a leg; the job's result bears the leg's id."""
    return Command(Kind.BGAPI, (Api.ORIGINATE, order), job_id=order.leg)


def bridge(channel: Uuid, other: Uuid) -> Command:
    """Let two channels talk; what either was in ends."""
    return Command(Kind.API, (Api.UUID_BRIDGE, channel, other))


def park(channel: Uuid) -> Command:
    """Take a channel out of what it is in, and let it wait."""
    return Command(Kind.API, (Api.UUID_PARK, channel))


def transfer(channel: Uuid, onward: Onward | IntoRoom) -> Command:
    """Send a channel elsewhere."""
    return Command(Kind.API, (Api.UUID_TRANSFER, channel, onward))


def hold(channel: Uuid) -> Command:
    """Put whoever talks with a channel on hold."""
    return Command(Kind.API, (Api.UUID_HOLD, channel))


def retrieve(channel: Uuid) -> Command:
    """Take whoever talks with a channel back from hold."""
    return Command(Kind.API, (Api.UUID_HOLD, Word.OFF, channel))


def mute(channel: Uuid) -> Command:
    """Let nobody hear what comes from a channel."""
    return Command(Kind.API, (Api.UUID_AUDIO, channel, Word.MUTE))


def unmute(channel: Uuid) -> Command:
    """Let it be heard again."""
    return Command(Kind.API, (Api.UUID_AUDIO, channel, Word.STOP))


def send_keys(channel: Uuid, keys: str) -> Command:
    """Send keys out to a channel."""
    return Command(Kind.API, (Api.UUID_SEND_DTMF, channel, Keys(keys)))


def receive_keys(channel: Uuid, keys: str) -> Command:
    """Do as if keys had come from a channel."""
    return Command(Kind.API, (Api.UUID_RECV_DTMF, channel, Keys(keys)))


def broadcast(channel: Uuid, file: str, hearer: Word) -> Command:
    """Play a file into a conversation: to the channel, to the other, or to both."""
    return Command(Kind.API, (Api.UUID_BROADCAST, channel, FilePath(file), hearer))


def control_file(channel: Uuid, act: Word) -> Command:
    """Pause a file that a channel plays, or go on; begin it anew; end it."""
    return Command(Kind.API, (Api.UUID_FILEMAN, channel, act))


def room(name: RoomName, act: Word) -> Command:
    """Lock or unlock a conference room."""
    return Command(Kind.API, (Api.CONFERENCE, name, act))


def eavesdrop(channel: Uuid) -> Execution:
    """Hear what a channel says and hears."""
    return Execution(Application.EAVESDROP, channel)


def show_registrations() -> Command:
    """Ask for every registered phone of the node, as one JSON document."""
    return Command(Kind.API, (Api.SHOW, Word.REGISTRATIONS, Word.AS_JSON))
