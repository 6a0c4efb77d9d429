"""``switchboard secrets``: sets what callers prove by keys, and ends locks."""

import csv
from pathlib import Path

import click

from switchboard.cli._opening import opened_store, read_settings_file, settings_option
from switchboard.runtime.clock import ScaledClock
from switchboard.services.secrets import SecretDesk, subjects_of
from switchboard.store.secrets import Argon2Hasher
from switchboard.store.store import Store


@click.group()
@settings_option
@click.pass_context
def command(context: click.Context, settings_file: Path | None) -> None:
    """What callers prove by keys: account passwords, PINs. Kept as hashes only."""
    context.obj = context.with_resource(opened_store(read_settings_file(settings_file)))


@command.command("set")
@click.argument("secret")
@click.argument("owner")
@click.password_option("--digits", prompt="Digits", help="Asked for when it is not given.")
@click.pass_obj
def set_secret(store: Store, secret: str, owner: str, digits: str) -> None:
    """Set SECRET (its name in centre.yaml) of OWNER, and end the owner's lock."""
    _set(store, secret, owner, digits)
    click.echo(f"{secret} of {owner} is set")


@command.command("import")
@click.argument("secret")
@click.argument("file", type=click.File(encoding="utf-8-sig"))
@click.pass_obj
def import_secrets(store: Store, secret: str, file: click.utils.LazyFile) -> None:
    """Set SECRET of many: FILE is CSV, owner and digits in each line. Delete it afterwards."""
    count = 0
    for number, row in enumerate(csv.reader(file), 1):
        if len(row) != 2:
            raise click.ClickException(
                f"{file.name}:{number}: write owner and digits, a comma between"
            )
        _set(store, secret, row[0].strip(), row[1].strip())
        count += 1
    click.echo(f"{secret} of {count} owners is set")


@command.command()
@click.argument("secret")
@click.option("--owner", default="", help="Whose lock is ended.")
@click.option("--caller", default="", help="The calling number whose lock is ended.")
@click.pass_obj
def unlock(store: Store, secret: str, owner: str, caller: str) -> None:
    """End a lock before its time."""
    subjects = [*(subjects_of(owner, "") if owner else ()), *subjects_of("", caller)[1:]]
    if not subjects:
        raise click.UsageError("name an --owner or a --caller")
    store.secrets.forget_wrong(secret, tuple(subjects))
    click.echo(f"{secret}: no lock of {', '.join(subjects)}")


def _set(store: Store, secret: str, owner: str, digits: str) -> None:
    if not digits.isascii() or not digits.isdigit():
        raise click.ClickException("a secret that is keyed has digits only")
    SecretDesk(store.secrets, Argon2Hasher(), ScaledClock(1.0)).set(secret, owner, digits)
