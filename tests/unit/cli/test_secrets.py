"""``switchboard secrets``: set, imported, unlocked; the digits stand nowhere."""

from datetime import UTC, datetime, timedelta

import pytest

from switchboard.store.secrets import Argon2Hasher

LATER = datetime.now(UTC) + timedelta(hours=1)
OWNER, CALLER = ("owner 1042",), ("caller 138",)


def proves(installation, owner: str, digits: str) -> bool:
    with installation.store() as store:
        hashed = store.secrets.find_hash("password", owner)
        return hashed is not None and Argon2Hasher().matches(hashed, digits)


def test_a_secret_is_set_and_its_digits_stand_nowhere(installation):
    told = installation.says("secrets", "set", "password", "1042", "--digits", "739146")
    assert "739146" not in told
    assert proves(installation, "1042", "739146")
    assert not proves(installation, "1042", "739147")
    for file in installation.folder.rglob("*"):
        assert file.is_dir() or b"739146" not in file.read_bytes()


def test_many_are_imported(installation, tmp_path):
    file = tmp_path / "secrets.csv"
    file.write_text("1042,739146\n1043, 284613\n")
    assert "2 owners" in installation.says("secrets", "import", "password", str(file))
    assert proves(installation, "1043", "284613")
    file.write_text("1042\n")
    told = installation.refuses("secrets", "import", "password", str(file))
    assert "secrets.csv:1: write owner and digits" in told


@pytest.mark.parametrize("digits", ["", "12a4", "１２３４"])
def test_what_cannot_be_keyed_is_no_secret(installation, digits):
    told = installation.refuses("secrets", "set", "password", "1042", "--digits", digits)
    assert "digits only" in told


def test_a_lock_is_ended_before_its_time(installation):
    with installation.store() as store:
        store.secrets.count_wrong("password", OWNER + CALLER, 1, LATER)
    installation.says("secrets", "unlock", "password", "--owner", "1042")
    with installation.store() as store:
        now = datetime.now(UTC)
        assert store.secrets.find_lock("password", OWNER, now) is None
        assert store.secrets.find_lock("password", CALLER, now) is not None
    installation.says("secrets", "unlock", "password", "--caller", "138")
    with installation.store() as store:
        assert store.secrets.find_lock("password", CALLER, now) is None
    assert "name an --owner" in installation.refuses("secrets", "unlock", "password")
