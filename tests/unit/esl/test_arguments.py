"""What each place of a command admits; what it does not is in the injection matrix."""

import pytest

from switchboard.core.causes import HangupCause
from switchboard.esl.arguments import (
    CallId,
    Cause,
    FilePath,
    KeySet,
    Login,
    Silence,
    Uuid,
    keys,
    playable,
)
from switchboard.esl.errors import LocalProtocolError


@pytest.mark.parametrize(
    "path",
    [
        "/a",
        "/var/lib/switchboard/prompts/zh/welcome-1.wav",
        "/提示音/欢迎.wav",
        "/a/..b/c.",
        "/a/.hidden",
        "/a+b/c_d",
    ],
)
def test_an_absolute_path_of_ordinary_characters_is_a_file(path):
    assert FilePath(path).written() == path


@pytest.mark.parametrize(
    "path",
    ["", "/", "a.wav", "./a", "/a/", "//a", "/a//b", "/a/../b", "/..", "/.", "/a/.", "/a b.wav"],
)
def test_any_other_path_is_refused(path):
    with pytest.raises(LocalProtocolError):
        FilePath(path)


@pytest.mark.parametrize("text", ["silence_stream://1", "silence_stream://3600000"])
def test_silence_has_its_milliseconds(text):
    assert isinstance(playable(text), Silence)


@pytest.mark.parametrize(
    "text",
    ["silence_stream://", "silence_stream://0", "silence_stream://-1", "silence_stream://1,1400"],
)
def test_silence_of_another_form_is_refused(text):
    with pytest.raises(LocalProtocolError):
        playable(text)


def test_no_key_has_to_be_said_because_freeswitch_takes_the_star():
    assert keys("") == KeySet("none")


@pytest.mark.parametrize("text", ["0", "12*", "0123456789*#", "0123456789*#ABCD"])
def test_a_set_of_keys_holds_each_once(text):
    assert keys(text).written() == text


@pytest.mark.parametrize("text", ["11", "x", "1 2", "any", "1,2", "a", "１"])
def test_any_other_set_of_keys_is_refused(text):
    with pytest.raises(LocalProtocolError):
        keys(text)


@pytest.mark.parametrize("cause", HangupCause)
def test_every_cause_of_ours_may_be_given(cause):
    assert Cause(cause).written() == cause.value


@pytest.mark.parametrize(
    "text",
    [
        "4107D6AD-4bad-497b-acae-7b251c6472c5",
        "4107d6ad4bad497bacae7b251c6472c5",
        "4107d6ad-4bad-497b-acae-7b251c6472c5 ",
        "",
        "all",
    ],
)
def test_only_a_uuid_in_lower_case_names_a_channel(text):
    with pytest.raises(LocalProtocolError):
        Uuid(text)


@pytest.mark.parametrize("text", ["", "a b", "x" * 65, "a=b"])
def test_a_call_id_is_short_and_plain(text):
    with pytest.raises(LocalProtocolError):
        CallId(text)


@pytest.mark.parametrize("text", ["switchboard", "a@", "@b", "a:b@c", "a@b:c"])
def test_a_login_is_a_user_at_a_domain(text):
    with pytest.raises(LocalProtocolError):
        Login(text)


def test_a_refusal_says_what_is_wanted_and_not_the_whole_text():
    with pytest.raises(LocalProtocolError) as refused:
        FilePath("/" + "secret " * 20)
    assert "an absolute path" in str(refused.value)
    assert len(str(refused.value)) < 120
