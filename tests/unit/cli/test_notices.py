"""``switchboard notices``: put up, listed, taken down."""

import pytest


@pytest.mark.req("IVR-12", "IVR-19")
def test_a_greeting_is_put_up_until_it_ends_and_taken_down(installation):
    told = installation.says(
        "notices", "add", "spring", "--text", "zh=春节快乐！", "--text", "en=Happy New Year.",
        "--until", "7d", "--number", "4001",
    )  # fmt: skip
    assert "spring is put up until 20" in told
    (one,) = installation.json("notices", "list")
    assert one["texts"] == {"zh": "春节快乐！", "en": "Happy New Year."}
    assert one["numbers"] == ["4001"]
    assert "heard" in installation.says("notices", "list")
    installation.says("notices", "remove", "spring")
    assert "nothing is put up" in installation.says("notices", "list")
    assert "there is no spring" in installation.refuses("notices", "remove", "spring")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("spring",), "nothing to say"),
        (("spring", "--text", "hello"), "write the language before the text"),
        (("Spring", "--text", "en=hello"), "is no name"),
        (("spring", "--text", "en=hello", "--until", "2020-01-01"), "has passed"),
    ],
)
def test_mistakes_are_told(installation, words, why):
    assert why in installation.refuses("notices", "add", *words)


def test_what_has_not_begun_is_listed_and_not_heard(installation):
    installation.says("notices", "add", "later", "--text", "en=hello", "--from", "2d")
    row = installation.says("notices", "list").splitlines()[1]
    assert row.startswith("later")
    assert "heard" not in row
