"""``switchboard flows``: publishing, and looking at what is published."""

import pytest

from switchboard.services.releases import version_id_of
from tests.unit.services.test_releases import NEW, OLD


@pytest.fixture
def folder(installation):
    place = installation.folder / "flows"
    place.mkdir()
    known = installation.settings.read_text()
    installation.settings.write_text(known + "flows: flows\nleast_coverage: 0\n")

    def write(files) -> None:
        for name, text in files.items():
            (place / name).write_text(text)

    write(OLD)
    return write


@pytest.mark.req("X-006")
def test_what_is_published_is_listed_as_live_and_rolled_back(installation, folder):
    first, second = version_id_of(OLD), version_id_of(NEW)
    assert first in installation.says("flows", "publish", "--note", "the first")
    folder(NEW)
    assert second in installation.says("flows", "publish")
    states = {one["version"]: one["state"] for one in installation.json("flows", "versions")}
    assert states == {first: "", second: "live"}
    assert first in installation.says("flows", "rollback")
    told = installation.says("flows", "history")
    assert told.count("published") == 2
    assert "rolled_back" in told


@pytest.mark.req("I3")
def test_flows_with_mistakes_are_refused_with_their_places(installation, folder):
    folder({"desk.yaml": OLD["desk.yaml"].replace("{menu:", "{menue:")})
    assert "desk.yaml:" in installation.refuses("flows", "publish")
    assert [one["state"] for one in installation.json("flows", "versions")] == [""]


def test_what_cannot_be_spoken_is_not_published(installation, folder):
    text = installation.settings.read_text()
    dumb = "command: ['false', '{text_file}', '{language}', '{wav_file}']"
    installation.settings.write_text(f"{text}speech: {{engine: command, {dumb}}}\n")
    assert "Welcome." in installation.refuses("flows", "publish")
    installation.settings.write_text(text)
    assert "published" in installation.says("flows", "publish")


def test_what_the_settings_do_not_name_is_told(installation, folder):
    centre = OLD["centre.yaml"] + "sources: {bills: {fields: {account: digits}}}\n"
    folder({"centre.yaml": centre})
    assert "where source bills is" in installation.says("flows", "publish")


def test_a_share_tries_a_version_and_everybody_gets_it_or_nobody(installation, folder):
    installation.says("flows", "publish")
    folder(NEW)
    assert "10 of 100 try" in installation.says("flows", "publish", "--share", "10")
    assert "10 %" in installation.says("flows", "versions")
    installation.says("flows", "withdraw", "--reason", "too long")
    assert "too long" in installation.says("flows", "history")
    installation.says("flows", "publish", "--share", "10")
    assert version_id_of(NEW) in installation.says("flows", "promote")
    assert "no version is on trial" in installation.refuses("flows", "promote")


def test_the_difference_to_what_is_live_is_shown(installation, folder):
    installation.says("flows", "publish")
    assert installation.says("flows", "diff", "live") == ""
    folder(NEW)
    assert "+start: evening" in installation.says("flows", "diff", "live")
    installation.says("flows", "publish")
    told = installation.says("flows", "diff", version_id_of(NEW), version_id_of(OLD)[:6])
    assert "+start: morning" in told
    assert "no versions begin with" in installation.refuses("flows", "diff", "ffff")


@pytest.mark.req("X-020")
def test_what_is_exported_can_be_imported_and_is_the_same_version(installation, folder):
    installation.says("flows", "publish")
    out = installation.folder / "out"
    assert "2 files" in installation.says("flows", "export", "live", str(out))
    assert (out / "desk.yaml").read_text() == OLD["desk.yaml"]
    assert "not empty" in installation.refuses("flows", "export", "live", str(out))
    assert version_id_of(OLD) in installation.says("flows", "import", str(out))
    (out / "desk.yaml").write_text(NEW["desk.yaml"])
    assert version_id_of(NEW) in installation.says("flows", "import", str(out), "--note", "draft")
    states = {one["version"]: one["state"] for one in installation.json("flows", "versions")}
    assert states == {version_id_of(OLD): "live", version_id_of(NEW): ""}
    assert version_id_of(NEW) in installation.says("flows", "publish", version_id_of(NEW)[:8])


def test_an_empty_folder_publishes_nothing(installation, tmp_path):
    (tmp_path / "empty").mkdir()
    told = installation.refuses("flows", "publish", "--folder", str(tmp_path / "empty"))
    assert "no flow in that folder" in told
    assert "no version is kept" in installation.says("flows", "versions")
