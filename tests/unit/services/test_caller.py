"""What may be asked of the person on the line, and what comes of it whatever they do."""

import pytest

from switchboard.core.causes import HangupCause
from switchboard.core.facts import PlayResult
from switchboard.core.legs import Direction, LegOffer
from switchboard.flow.effects import (
    Failed,
    HungUp,
    Keyed,
    KeyedSecret,
    Keypad,
    Listen,
    OnKey,
    Record,
    Recorded,
    Recording,
    Said,
    Say,
    Silent,
)
from switchboard.services.caller import MARGIN_S
from switchboard.services.line import LAST_LOOK_S, CallerLost
from tests.fakes.clock import NOON
from tests.fakes.legs import (
    AskedForSecret,
    AskedToHangUp,
    AskedToPlay,
    AskedToRecord,
    AskedToStop,
)
from tests.fakes.prompts import A_SOUND_MS
from tests.unit.services.scene import Scene, says

MENU = Listen(says("menu"), Keypad(longest=1), 5000, 3000)
ORDER = Listen(says("which_order"), Keypad(longest=12, end_key="#"), 5000, 3000)
OFFER = LegOffer("leg-1", "local", Direction.INBOUND, "138", "", "400", "call-1", True, NOON)


@pytest.fixture
def scene(tmp_path) -> Scene:
    return Scene(tmp_path)


def press(scene: Scene, keys: str) -> None:
    for key in keys:
        scene.then(lambda key=key: scene.leg.press(key))


# --- saying -----------------------------------------------------------------------------------


def test_a_speech_is_said_to_its_end(scene):
    scene.then(scene.leg.finish_play)
    assert scene.caller.say(Say(says("welcome", "hours"))) == Said()
    assert scene.heard() == ["shop.welcome", "shop.hours"]


def test_a_key_ends_a_speech_and_counts_for_the_menu_behind_it(scene):
    press(scene, "2")
    assert scene.caller.say(Say(says("welcome"))) == Said(key="2")
    assert scene.caller.listen(MENU) == Keyed("2")
    assert scene.heard() == ["shop.welcome"]


def test_a_key_that_stops_a_speech_is_dropped(scene):
    press(scene, "2")
    scene.caller.say(Say(says("advertisement"), OnKey.STOP))
    scene.then(scene.leg.finish_play)
    scene.mailbox.let_time_pass()
    assert scene.caller.listen(MENU) == Silent()


def test_a_speech_that_ignores_keys_is_heard_to_its_end(scene):
    press(scene, "1")
    scene.then(scene.leg.finish_play)
    assert scene.caller.say(Say(says("gas_alarm"), OnKey.IGNORE)) == Said()
    assert scene.leg.asked[-1].stop_keys == ""
    scene.then(scene.leg.finish_play)
    scene.mailbox.let_time_pass()
    assert scene.caller.listen(MENU) == Silent()


def test_what_cannot_be_said_is_an_apology_and_a_fault_never_silence(tmp_path):
    scene = Scene(tmp_path, unspeakable=("The words of welcome.",))
    scene.then(scene.leg.finish_play)
    assert scene.caller.say(Say(says("welcome"))) == Said()
    assert scene.heard() == ["shop.sorry"]
    assert "cannot say" in scene.caller.faults[0]


def test_a_file_that_the_switch_cannot_play_is_a_fault(scene):
    scene.then(lambda: scene.leg.finish_play(PlayResult.MISSING))
    scene.caller.say(Say(says("welcome")))
    assert "could not play" in scene.caller.faults[0]


def test_what_somebody_recorded_is_played_between_what_is_said(scene, tmp_path):
    (tmp_path / "voice-1.wav").write_bytes(b"RIFF")
    scene.then(scene.leg.finish_play)
    assert scene.caller.say(Say((*says("welcome"), Recording("voice-1")))) == Said()
    assert scene.heard() == ["shop.welcome", "voice-1.wav"]
    assert scene.caller.faults == []


def test_a_recording_that_is_not_there_is_a_fault(scene):
    scene.then(scene.leg.finish_play)
    scene.caller.say(Say((Recording("none"),)))
    assert scene.caller.faults == ["there is no recording none"]


# --- listening --------------------------------------------------------------------------------


@pytest.mark.req("IVR-01")
def test_a_key_during_the_menu_is_the_answer(scene):
    press(scene, "1")
    assert scene.caller.listen(MENU) == Keyed("1")


def test_silence_is_counted_from_the_end_of_the_speech(scene):
    scene.then(lambda: (scene.clock.sleep(20), scene.leg.finish_play()))
    scene.mailbox.let_time_pass()
    assert scene.caller.listen(MENU) == Silent()
    assert scene.clock.seconds() == 25.0


def test_digits_end_by_the_end_key(scene):
    scene.then(scene.leg.finish_play)
    press(scene, "1042#")
    assert scene.caller.listen(ORDER) == Keyed("1042", "#")


def test_digits_end_by_the_time_between_keys(scene):
    scene.then(scene.leg.finish_play)
    press(scene, "1042")
    scene.mailbox.let_time_pass()
    assert scene.caller.listen(ORDER) == Keyed("1042")
    assert scene.clock.seconds() == 3.0


def test_what_is_typed_ahead_answers_two_questions(scene):
    press(scene, "21042#")
    scene.caller.say(Say(says("welcome")))
    assert scene.caller.listen(MENU) == Keyed("2")
    assert scene.caller.listen(ORDER) == Keyed("1042", "#")


def test_a_hash_behind_a_whole_answer_is_not_taken_for_the_next(scene):
    four = Listen(says("pin"), Keypad(longest=4, end_key="#"), 5000, 3000)
    scene.then(scene.leg.finish_play)
    press(scene, "7391#")
    assert scene.caller.listen(four) == Keyed("7391")
    press(scene, "3")
    assert scene.caller.listen(MENU) == Keyed("3")


def test_a_fresh_question_forgets_what_was_typed_before(scene):
    press(scene, "9")
    scene.caller.say(Say(says("welcome")))
    scene.then(scene.leg.finish_play)
    scene.mailbox.let_time_pass()
    fresh = Listen(MENU.speech, MENU.keypad, 5000, 3000, fresh=True)
    assert scene.caller.listen(fresh) == Silent()


# --- recording --------------------------------------------------------------------------------


MESSAGE = Record(says("leave_message"), at_most_ms=120_000)


def record(scene: Scene, *acts) -> Recorded | HungUp | Failed:
    scene.then(scene.leg.finish_play, scene.leg.finish_play, *acts)
    return scene.caller.record(MESSAGE, "recording-1")


@pytest.mark.req("VM-04")
def test_a_message_is_recorded_behind_greeting_and_tone(scene):
    assert record(scene, lambda: scene.leg.press("#")) == Recorded("recording-1", 1000, "key")
    kinds = [type(ask) for ask in scene.leg.asked]
    assert kinds == [AskedToPlay, AskedToPlay, AskedToRecord]
    assert scene.heard()[-1] == "tone.wav"
    asked = scene.leg.asked[-1]
    assert (asked.at_most_s, asked.end_keys) == (120, "#")
    assert asked.file.endswith("recording-1.wav")


def test_why_a_recording_ended_is_known(scene):
    ended = record(scene, lambda: scene.leg.finish_record(4200))
    assert ended == Recorded("recording-1", 4200, "silence")
    ended = record(scene, lambda: scene.leg.finish_record(120_000))
    assert ended == Recorded("recording-1", 120_000, "limit")


@pytest.mark.parametrize("lasted_ms", [4980, 5000, 5340])
def test_a_recording_as_long_as_the_silence_that_ended_it_holds_nothing(scene, lasted_ms):
    ended = record(scene, lambda: scene.leg.finish_record(lasted_ms))
    assert ended == Recorded("recording-1", 0, "silence")


def test_who_hangs_up_while_recording_has_left_what_was_said(scene):
    ended = record(scene, lambda: scene.leg.hangs_up(recorded_ms=3100))
    assert ended == Recorded("recording-1", 3100, "hung_up")
    assert scene.caller.say(Say(says("kept"))) == HungUp()


def test_a_recording_that_had_ended_is_not_made_again_when_the_socket_goes(scene):
    def ends_and_loses_socket():
        scene.leg.finish_record(4200)
        scene.leg.loses_socket()

    recorded = scene.leg
    assert record(scene, ends_and_loses_socket) == Recorded("recording-1", 4200, "cut")
    scene.then(lambda: scene.comes_back(OFFER), lambda: scene.leg.finish_play())
    assert scene.caller.say(Say(says("kept"))) == Said()
    assert sum(isinstance(ask, AskedToRecord) for ask in recorded.asked) == 1
    assert not any(isinstance(ask, AskedToRecord) for ask in scene.leg.asked)


def test_a_recording_goes_on_while_the_socket_is_away(scene):
    returned = record(scene, scene.leg.loses_socket, lambda: scene.comes_back(OFFER))
    assert returned == Recorded("recording-1", 0, "cut")
    scene.then(lambda: scene.leg.finish_play())
    assert scene.caller.say(Say(says("kept"))) == Said()


# --- hang-up, lost sockets, a switch that is silent --------------------------------------------


@pytest.mark.parametrize("effect", [Say(says("welcome")), MENU, MESSAGE])
def test_a_hang_up_ends_any_wait_at_once(scene, effect):
    scene.then(scene.leg.hangs_up)
    ask = {Say: scene.caller.say, Listen: scene.caller.listen}.get(type(effect))
    resume = ask(effect) if ask else scene.caller.record(effect, "recording-1")
    assert resume == HungUp()
    assert scene.clock.seconds() == 0.0
    assert scene.mailbox.acts_left == 0


def test_nothing_is_asked_of_a_leg_that_has_hung_up(scene):
    scene.leg.hangs_up()
    assert scene.caller.say(Say(says("welcome"))) == HungUp()
    assert scene.caller.listen(MENU) == HungUp()
    assert scene.heard() == []


def test_a_speech_is_said_again_on_the_new_socket(scene):
    scene.then(scene.leg.loses_socket, lambda: scene.comes_back(OFFER))
    scene.then(lambda: scene.leg.finish_play())
    assert scene.caller.say(Say(says("welcome"))) == Said()
    assert scene.heard() == ["shop.welcome"]


def test_a_socket_that_never_comes_back_loses_the_caller(scene):
    scene.then(scene.leg.loses_socket)
    scene.mailbox.let_time_pass()
    with pytest.raises(CallerLost, match="did not come back"):
        scene.caller.say(Say(says("welcome")))


def test_what_the_switch_refuses_is_a_failure(scene):
    scene.then(lambda: scene.leg.fails("no such application"))
    assert scene.caller.say(Say(says("welcome"))) == Failed("no such application")


def test_a_speech_whose_end_is_never_told_ends_by_its_own_length_and_is_broken_off(scene):
    scene.mailbox.let_time_pass()
    assert scene.caller.say(Say(says("welcome", "hours"))) == Said()
    assert scene.clock.seconds() <= 2 * A_SOUND_MS / 1000 + MARGIN_S + LAST_LOOK_S
    assert scene.leg.asked[-1] == AskedToStop()
    assert "never told" in scene.caller.faults[0]


def test_a_recording_whose_end_is_never_told_gives_what_was_recorded(scene):
    scene.then(scene.leg.finish_play, scene.leg.finish_play)
    scene.mailbox.let_time_pass()
    recorded = scene.caller.record(Record(says("speak"), 60_000), "r1")
    assert recorded == Recorded("r1", 0, "cut")
    assert scene.clock.seconds() <= 60 + MARGIN_S + LAST_LOOK_S


def test_a_secret_whose_end_is_never_told_was_not_keyed(scene):
    scene.mailbox.let_time_pass()
    ask = Listen(says("pin"), Keypad(longest=4, end_key="#"), 5000, 3000, secret=True)
    assert scene.caller.listen(ask) == Silent()
    assert scene.clock.seconds() <= A_SOUND_MS / 1000 + 5 + 4 * 3 + MARGIN_S + LAST_LOOK_S
    assert scene.caller.faults


def test_we_hang_up_once_and_wait_for_the_switch_to_confirm(scene):
    scene.caller.hang_up(HangupCause.NORMAL_CLEARING)
    scene.caller.hang_up(HangupCause.NORMAL_CLEARING)
    assert scene.leg.asked == [AskedToHangUp(HangupCause.NORMAL_CLEARING)]
    assert scene.caller.hung_up.cause == HangupCause.NORMAL_CLEARING


# --- secrets ----------------------------------------------------------------------------------

PIN = Listen(
    says("which_pin"), Keypad(longest=6, end_key="#", alone=frozenset("*")), 5000, 3000, secret=True
)


def test_a_secret_is_held_under_an_id_and_nothing_shows_its_digits(scene):
    press(scene, "739146")
    answer = scene.caller.listen(PIN)
    assert (type(answer), answer.length) == (KeyedSecret, 6)
    assert "739146" not in repr((answer, scene.caller.secrets))
    assert scene.caller.secrets.take(answer.secret_id) == "739146"
    assert scene.caller.secrets.take(answer.secret_id) is None
    assert list(scene.line.typed_ahead) == []


def test_an_end_key_ends_a_secret_and_alone_it_is_none(scene):
    press(scene, "7391#")
    assert scene.caller.listen(PIN).length == 4
    press(scene, "#")
    assert scene.caller.listen(PIN) == Silent()


@pytest.mark.parametrize("keys", ["*", "73*"])
def test_a_key_that_leads_elsewhere_does_so_whatever_was_keyed_before(scene, keys):
    press(scene, keys)
    assert scene.caller.listen(PIN) == Keyed("*")


def test_what_was_typed_ahead_is_no_part_of_a_secret(scene):
    scene.line.typed_ahead.extend("12")
    press(scene, "7391#")
    assert scene.caller.listen(PIN).length == 4
    (asked,) = [ask for ask in scene.leg.asked if isinstance(ask, AskedForSecret)]
    assert (asked.end_keys, asked.longest) == ("#*", 6)


def test_a_caller_who_keys_no_secret_is_silent(scene):
    scene.then(scene.leg.finish_secret)
    assert scene.caller.listen(PIN) == Silent()


def test_a_secret_is_asked_for_again_when_the_leg_comes_back(scene):
    scene.then(scene.leg.loses_socket, lambda: scene.comes_back(OFFER))
    press(scene, "7391#")
    assert scene.caller.listen(PIN).length == 4


def test_a_caller_who_hangs_up_instead_has_gone(scene):
    scene.then(scene.leg.hangs_up)
    assert scene.caller.listen(PIN) == HungUp()
