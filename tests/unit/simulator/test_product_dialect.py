"""The stand-in obeys exactly what the product writes: commands made by its own encoder."""

from switchboard.esl import commands, talking
from switchboard.esl.arguments import CallId, IntoRoom, RoomName, Uuid
from switchboard.esl.commands import Command, Word
from switchboard.esl.originating import (
    Domain,
    Extension,
    Origination,
    PhoneAddress,
    PhoneNumber,
    Profile,
    ShownName,
)
from tests.unit.simulator.bench import App, Bench
from tests.unit.simulator.talks import HEARD, plug_in

LEG = Uuid("0a1b2c3d-0000-4000-8000-000000000001")
ORDER = Origination(
    leg=LEG,
    call=CallId("call-1"),
    address=PhoneAddress(Profile("internal"), Extension("1001"), Domain("switchboard.invalid")),
    ring_s=20,
    context=Profile("switchboard"),
    number=PhoneNumber("4008001000"),
    name=ShownName("Sales first"),
)


def ask(client: App, command: Command) -> str:
    """Send the product's bytes and return what is printed."""
    return str(client.ask(command.encode().decode().rstrip("\n")).get("body", ""))


def test_a_phone_is_dialled_joined_held_muted_brought_into_a_room_and_parked(bench: Bench) -> None:
    plug_in(bench)
    bench.node.registrations.register("1001", "switchboard.invalid", 6060)
    caller, _ = bench.call()
    client = bench.log_in(*HEARD.split())
    ask(client, talking.originate(ORDER))
    assert client.event("BACKGROUND_JOB")["Job-UUID"] == LEG.text
    executor = bench.node.find(LEG.text)
    assert executor is not None
    first = executor.channel.first
    assert (first.name, first.number) == ("Sales first", "4008001000")
    assert client.api(f"uuid_bridge leg-4000 {LEG.text}").startswith("+OK")
    client.event("CHANNEL_BRIDGE")
    assert caller.partner == "1001"
    for command in (
        talking.hold(LEG),
        talking.retrieve(LEG),
        talking.mute(LEG),
        talking.unmute(LEG),
        talking.send_keys(LEG, "12#"),
        talking.receive_keys(LEG, "0"),
    ):
        assert ask(client, command).startswith("+OK")
    room = RoomName("r-1")
    ask(client, talking.transfer(LEG, IntoRoom(room, RoomName("switchboard"), None)))
    bench.wait_for(lambda: [True] if executor.person.partner == "r-1" else [])
    assert ask(client, talking.room(room, Word.LOCK)) == "+OK r-1 locked\n"
    assert ask(client, talking.room(room, Word.UNLOCK)) == "+OK r-1 unlocked\n"
    assert ask(client, talking.park(LEG)) == "+OK\n"
    bench.wait_for(lambda: [] if executor.person.partner else [True])
    assert executor.is_up


def test_lists_have_the_phone_and_its_leg(bench: Bench) -> None:
    plug_in(bench)
    bench.node.registrations.register("1001", "switchboard.invalid", 6060)
    client = bench.log_in("BACKGROUND_JOB")
    ask(client, talking.originate(ORDER))
    client.event("BACKGROUND_JOB")
    assert '"reg_user":"1001"' in ask(client, talking.show_registrations())
    assert f'"uuid":"{LEG.text}"' in ask(client, commands.show_channels())
    assert ask(client, commands.exists(LEG)) == "true"
