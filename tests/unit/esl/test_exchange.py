"""Which exchange may come next, and which answer belongs to which command."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.esl import commands, talking
from switchboard.esl.arguments import CallId, Password, Uuid
from switchboard.esl.commands import Kind
from switchboard.esl.errors import LocalProtocolError, ProtocolError
from switchboard.esl.exchange import (
    AFTER_HEARING,
    AFTER_SENDING,
    MOST_EXECUTIONS,
    MOST_UNANSWERED,
    ChannelCame,
    Exchange,
    Goodbye,
    Happened,
    Heard,
    PasswordWanted,
    Phase,
    Replied,
)
from switchboard.esl.names import Application, EventName
from switchboard.esl.originating import (
    GatewayAddress,
    GatewayName,
    Origination,
    PhoneNumber,
    Profile,
)
from switchboard.esl.serving import (
    AUTH_REQUEST,
    encode_api_response,
    encode_disconnect,
    encode_event_json,
    encode_reply,
    serialize,
)

LEG = "389728cd-bbfc-48c2-8f96-34cf49d7aaa2"
SNAPSHOT = serialize({"Event-Name": "CHANNEL_DATA", "Unique-ID": LEG,
                      "Content-Type": "command/reply", "Reply-Text": "+OK\n"})  # fmt: skip
OK = encode_reply("+OK")
COMMANDS = {
    Kind.CONNECT: commands.connect(),
    Kind.MYEVENTS: commands.my_events(),
    Kind.FILTER: commands.only(EventName.DTMF),
    Kind.SENDMSG: commands.execute(commands.answer(), Uuid(LEG)),
    Kind.AUTH: commands.log_in(Password("ClueCon")),
    Kind.USERAUTH: commands.log_in(Password("x"), commands.Login("a@b.c")),
    Kind.EVENT: commands.subscribe((EventName.CHANNEL_ANSWER,)),
    Kind.API: commands.show_channels(),
    Kind.BGAPI: talking.originate(
        Origination(
            leg=Uuid(LEG),
            call=CallId("c1"),
            address=GatewayAddress(GatewayName("provider"), PhoneNumber("10086")),
            ring_s=20,
            context=Profile("switchboard"),
        )
    ),
    Kind.EXIT: commands.exit_(),
}


def execution(number):
    return Uuid(f"00000000-0000-4000-8000-{number:012d}")


def event(name, **headers):
    return encode_event_json({"Event-Name": name, "Unique-ID": LEG, **headers})


def completion(number):
    return event("CHANNEL_EXECUTE_COMPLETE", **{"Application-UUID": execution(number).text})


def connected():
    exchange = Exchange(Phase.CALLED)
    exchange.send(commands.connect(), 1.0)
    assert [type(heard) for heard in exchange.receive(SNAPSHOT)] == [ChannelCame]
    return exchange


def ready():
    exchange = Exchange(Phase.CALLING)
    list(exchange.receive(AUTH_REQUEST))
    exchange.send(COMMANDS[Kind.AUTH], 1.0)
    list(exchange.receive(encode_reply("+OK accepted")))
    return exchange


def in_phase(phase):
    exchange = Exchange(phase)
    exchange.phase = phase
    return exchange


# --- what may come when -----------------------------------------------------------------------


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("phase", Phase)
def test_only_what_the_table_names_may_be_sent(phase, kind):
    exchange = in_phase(phase)
    if (phase, kind) in AFTER_SENDING:
        assert exchange.send(COMMANDS[kind], 1.0).endswith(b"\n\n")
        assert exchange.phase is AFTER_SENDING[phase, kind]
    else:
        with pytest.raises(LocalProtocolError):
            exchange.send(COMMANDS[kind], 1.0)
        assert exchange.phase is phase
        assert exchange.unanswered == exchange.running == 0


FRAMES = {
    Heard.AUTH_REQUEST: AUTH_REQUEST,
    Heard.EVENT: event("DTMF"),
    Heard.HANGUP: event("CHANNEL_HANGUP"),
    Heard.NOTICE: encode_disconnect(LEG),
}


@pytest.mark.parametrize("heard", FRAMES)
@pytest.mark.parametrize("phase", Phase)
def test_only_what_the_table_names_may_be_heard(phase, heard):
    exchange = in_phase(phase)
    # Only the channel that called us hangs up here: of a node's many, and after a goodbye, a
    # hang-up is an event like any other.
    of_ours = phase in {Phase.CONNECTED, Phase.HUNG_UP}
    counts_as = Heard.EVENT if heard is Heard.HANGUP and not of_ours else heard
    if (phase, counts_as) in AFTER_HEARING:
        assert len(list(exchange.receive(FRAMES[heard]))) == 1
        assert exchange.phase is AFTER_HEARING[phase, counts_as]
    else:
        with pytest.raises(ProtocolError):
            list(exchange.receive(FRAMES[heard]))


def test_an_outbound_conversation_from_its_beginning_to_its_end():
    exchange = Exchange(Phase.CALLED)
    for command in (commands.connect(), commands.my_events(), commands.only(EventName.DTMF)):
        exchange.send(command, 1.0)
    (came,) = exchange.receive(SNAPSHOT)
    assert came.snapshot.text("unique-id") == LEG
    assert exchange.phase is Phase.CONNECTED
    assert [type(heard) for heard in exchange.receive(OK + OK)] == [Replied, Replied]
    exchange.send(commands.execute(commands.answer(), execution(1)), 1.0)
    (replied, happened) = exchange.receive(OK + completion(1))
    assert replied.ticket.command.execution_id == execution(1)
    assert happened.completes is Application.ANSWER
    list(exchange.receive(event("CHANNEL_HANGUP")))
    assert exchange.phase is Phase.HUNG_UP
    assert list(exchange.receive(encode_disconnect(LEG))) == [Goodbye()]
    assert exchange.phase is Phase.LEAVING


def test_an_inbound_conversation_from_its_beginning_to_its_end():
    exchange = Exchange(Phase.CALLING)
    assert list(exchange.receive(AUTH_REQUEST)) == [PasswordWanted()]
    exchange.send(COMMANDS[Kind.AUTH], 1.0)
    list(exchange.receive(encode_reply("+OK accepted")))
    assert exchange.phase is Phase.READY
    exchange.send(commands.show_channels(), 1.0)
    (replied,) = exchange.receive(encode_api_response('{"row_count": 0}\n'))
    assert replied.reply.text == '{"row_count": 0}'
    exchange.send(commands.exit_(), 1.0)
    assert exchange.phase is Phase.LEAVING


def test_a_refused_log_in_ends_the_conversation():
    exchange = Exchange(Phase.CALLING)
    list(exchange.receive(AUTH_REQUEST))
    exchange.send(COMMANDS[Kind.AUTH], 1.0)
    (replied,) = exchange.receive(encode_reply("-ERR invalid"))
    assert replied.reply.is_error
    assert exchange.phase is Phase.LEAVING


def test_a_refused_connect_ends_the_conversation():
    exchange = Exchange(Phase.CALLED)
    exchange.send(commands.connect(), 1.0)
    list(exchange.receive(encode_reply("-ERR command not found")))
    assert exchange.phase is Phase.LEAVING


def test_a_door_that_is_shut_in_our_face_is_a_goodbye():
    exchange = Exchange(Phase.CALLING)
    wire = b"Content-Type: text/rude-rejection\nContent-Length: 24\n\nAccess Denied, go away.\n"
    assert list(exchange.receive(wire)) == [Goodbye()]


@pytest.mark.parametrize("kind", [b"text/event-plain", b"log/data", b"", b"text/html"])
def test_a_frame_of_another_type_is_refused(kind):
    with pytest.raises(ProtocolError):
        list(connected().receive(b"Content-Type: " + kind + b"\n\n"))


# --- answers ----------------------------------------------------------------------------------


def test_an_answer_to_nothing_is_refused():
    with pytest.raises(ProtocolError):
        list(connected().receive(OK))


def test_an_api_answer_to_a_command_is_refused():
    exchange = connected()
    exchange.send(commands.execute(commands.answer(), execution(1)), 1.0)
    with pytest.raises(ProtocolError):
        list(exchange.receive(encode_api_response("+OK\n")))


def test_an_api_command_that_the_user_may_not_use_is_answered_all_the_same():
    exchange = ready()
    exchange.send(commands.show_channels(), 1.0)
    (replied,) = exchange.receive(encode_reply("-ERR command not found"))
    assert replied.reply.is_error


def test_a_late_answer_never_shifts_the_next():
    exchange = ready()
    for _ in range(3):
        exchange.send(commands.show_channels(), 1.0)
    assert len(exchange.give_up(now_s=2.0)) == 3
    exchange.send(commands.core_uuid(), 9.0)
    late = b"".join(encode_api_response(text) for text in ("one", "two", "three"))
    (replied,) = exchange.receive(late + encode_api_response("four"))
    assert replied.ticket.command == commands.core_uuid()
    assert replied.reply.text == "four"


def test_what_is_given_up_is_told_once():
    exchange = ready()
    exchange.send(commands.show_channels(), 1.0)
    assert exchange.give_up(now_s=0.5) == ()
    assert len(exchange.give_up(now_s=1.0)) == 1
    assert exchange.give_up(now_s=1.0) == ()
    assert exchange.unanswered == 1


@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_every_answer_meets_its_own_command_whichever_were_given_up(in_time):
    exchange = ready()
    for number, patient in enumerate(in_time):
        exchange.send(commands.show_channels(), 10.0 + number if patient else 1.0)
    exchange.give_up(now_s=1.0)
    wire = b"".join(encode_api_response(str(number)) for number in range(len(in_time)))
    replied = list(exchange.receive(wire))
    assert [(heard.ticket.due_s, heard.reply.text) for heard in replied] == [
        (10.0 + number, str(number)) for number, patient in enumerate(in_time) if patient
    ]


def test_the_end_tells_what_will_never_be_answered():
    exchange = ready()
    exchange.send(commands.show_channels(), 1.0)
    exchange.send(commands.core_uuid(), 9.0)
    exchange.give_up(now_s=2.0)
    assert [ticket.command for ticket in exchange.end()] == [commands.core_uuid()]
    assert exchange.end() == ()
    with pytest.raises(LocalProtocolError):
        exchange.send(commands.show_channels(), 1.0)


def test_a_peer_that_answers_nothing_is_asked_no_more():
    exchange = ready()
    for _ in range(MOST_UNANSWERED):
        exchange.send(commands.core_uuid(), 1.0)
    with pytest.raises(LocalProtocolError):
        exchange.send(commands.core_uuid(), 1.0)


# --- executes ---------------------------------------------------------------------------------


def test_completions_are_matched_by_our_id_and_not_by_their_name():
    exchange = connected()
    for number in (1, 2):
        exchange.send(commands.execute(commands.play(["/a.wav"]), execution(number)), 1.0)
    heard = list(exchange.receive(OK + OK + completion(2) + completion(9)))
    second, stranger = (one for one in heard if isinstance(one, Happened))
    assert second.completes is Application.PLAYBACK
    assert stranger.completes is None
    assert exchange.running == 1


def test_a_refused_execute_runs_no_more():
    exchange = connected()
    exchange.send(commands.execute(commands.answer(), execution(1)), 1.0)
    list(exchange.receive(encode_reply("-ERR memory error")))
    assert exchange.running == 0


def test_an_execute_that_is_given_up_runs_no_more():
    exchange = connected()
    exchange.send(commands.execute(commands.answer(), execution(1)), 1.0)
    exchange.give_up(now_s=1.0)
    assert exchange.running == 0


@pytest.mark.parametrize("ending", [encode_disconnect(LEG), None])
def test_goodbye_and_end_leave_nothing_running(ending):
    exchange = connected()
    exchange.send(commands.execute(commands.play(["/a.wav"]), execution(1)), 1.0)
    if ending:
        list(exchange.receive(ending))
    else:
        exchange.end()
    assert exchange.running == 0


def test_a_hang_up_lets_what_runs_complete_and_nothing_new_begin():
    exchange = connected()
    exchange.send(commands.execute(commands.record("/a.wav", at_most_s=9, silence_s=3),
                                   execution(1)), 1.0)  # fmt: skip
    list(exchange.receive(OK + event("CHANNEL_HANGUP")))
    with pytest.raises(LocalProtocolError):
        exchange.send(commands.execute(commands.play(["/a.wav"]), execution(2)), 1.0)
    (happened,) = exchange.receive(completion(1))
    assert happened.completes is Application.RECORD


def test_no_more_than_fifty_executes_wait():
    exchange = connected()
    for number in range(MOST_EXECUTIONS):
        exchange.send(commands.execute(commands.play(["/a.wav"]), execution(number)), 1.0)
    with pytest.raises(LocalProtocolError):
        exchange.send(commands.execute(commands.play(["/a.wav"]), execution(99)), 1.0)
    list(exchange.receive(OK + completion(0)))
    exchange.send(commands.execute(commands.play(["/a.wav"]), execution(99)), 1.0)


@given(st.binary(max_size=200), st.sampled_from(list(Phase)))
def test_garbage_raises_only_protocol_errors(garbage, phase):
    try:
        list(in_phase(phase).receive(garbage))
    except ProtocolError:
        assert True
