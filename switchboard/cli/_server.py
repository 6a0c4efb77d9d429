"""How commands ask a running server: over HTTP, with the token of their installation."""

from pathlib import Path
from typing import Any

import click
import orjson
import urllib3

from switchboard.settings import Settings

TOKEN_FILE = "api-token"  # noqa: S105 - a file's name
WITHIN_S = 10.0


class Server:
    """The server of an installation, as a command sees it.

    Args:
        settings: Where it listens, and where its token lies.
    """

    def __init__(self, settings: Settings) -> None:
        self._base = f"http://{settings.listen.http}/api"
        self._token_file = settings.folder / TOKEN_FILE
        self._pool = urllib3.PoolManager(timeout=WITHIN_S, retries=False)

    def get(self, path: str) -> Any:  # noqa: ANN401 - a document
        """Return what is at *path*; a server that is away or says no is told in words."""
        return self._ask("GET", path, None)

    def post(self, path: str, **fields: object) -> Any:  # noqa: ANN401 - a document
        """Ask for something to be done."""
        return self._ask("POST", path, fields)

    def _ask(self, method: str, path: str, fields: dict[str, object] | None) -> Any:  # noqa: ANN401
        headers = {"Authorization": f"Bearer {_token(self._token_file)}"}
        try:
            answer = self._pool.request(method, self._base + path, json=fields, headers=headers)
        except urllib3.exceptions.HTTPError as fault:
            raise click.ClickException(
                f"no server answers at {self._base}: start it with `switchboard up` or "
                "`switchboard serve`"
            ) from fault
        try:
            document = orjson.loads(answer.data)
        except orjson.JSONDecodeError:
            document = {}
        if answer.status == 401:
            raise click.ClickException(
                f"the server at {self._base} does not know the token in {self._token_file}: "
                "is it another installation's?"
            )
        if answer.status >= 400:
            why = document.get("error") if isinstance(document, dict) else None
            raise click.ClickException(why or f"the server answers {answer.status}")
        return document


def _token(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise click.ClickException(
            f"{file} is not there: a server writes it at its start; start it first"
        ) from None
    except PermissionError:
        raise click.ClickException(f"{file} may not be read by this user") from None
