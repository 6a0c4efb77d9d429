"""A call from a web page: the page that lets a visitor's browser be a telephone.

The browser speaks SIP over WebSocket to the switch by itself; the server only says where, as which
extension, and which numbers are offered. The extension's password is no secret to a visitor: give
this extension nothing that the public may not have (docs/web-call.md).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import get_locale, gettext
from pydantic import BaseModel, ConfigDict, Field

from switchboard.console.pages import allow


class KnownExtension(Protocol):
    """An extension of the switch."""

    @property
    def number(self) -> str:
        """Its number."""
        ...

    @property
    def password(self) -> str:
        """Its password."""
        ...


class WebCallSetting(BaseModel):
    """Calls from a web page.

    Attributes:
        extension: Number of the extension (of *freeswitch.extensions*) that the page calls as.
        numbers: The numbers that are offered, each with what it is called in each language.
        address: Address of the switch for browsers, ``wss://HOST:PORT``; None: the page's host and
            the port of *freeswitch.browsers*.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    extension: str
    numbers: dict[str, dict[str, str]] = Field(min_length=1)
    address: str | None = Field(default=None, pattern=r"^wss?://[\w.:\[\]-]+(/[\w./-]*)?$")

    def account_of(self, extensions: Iterable[KnownExtension], domain: str) -> "WebCallAccount":
        """Return as whom the page calls.

        Raises:
            ValueError: the extension is none of those.
        """
        for known in extensions:
            if known.number == self.extension:
                return WebCallAccount(known.number, known.password, domain)
        raise ValueError(
            f"web_call: extension {self.extension} is none of freeswitch.extensions: add it there"
        )


@dataclass(frozen=True, slots=True)
class WebCallAccount:
    """As whom a page's browser signs in at the switch."""

    extension: str
    password: str
    domain: str


def web_call_pages(setting: WebCallSetting, account: WebCallAccount, default: str) -> Blueprint:
    """Return the page ``/web-call``.

    Args:
        setting: What is offered.
        account: As whom the browser calls.
        default: Where the switch is when *setting* does not say: ``SCHEME:PORT``, at the host that
            the page came from.
    """
    pages = Blueprint("web_call", __name__)

    @pages.get("/web-call")
    def page() -> Response:
        address = setting.address or _at_this_host(default)
        page = render_template(
            "web_call.html",
            numbers=_named(setting.numbers, str(get_locale())),
            account={
                "address": address,
                "extension": account.extension,
                "password": account.password,
                "domain": account.domain,
            },
            words=_words(),
        )
        response = make_response(page)
        allow(response, "connect-src", address)
        return response

    return pages


def _at_this_host(default: str) -> str:
    scheme, _, port = default.partition(":")
    host = request.host
    if ":" in host and not host.endswith("]"):
        host = host.rpartition(":")[0]
    return f"{scheme}://{host}:{port}"


def _named(numbers: dict[str, dict[str, str]], language: str) -> list[tuple[str, str]]:
    return [
        (number, names.get(language) or next(iter(names.values()), number))
        for number, names in numbers.items()
    ]


def _words() -> dict[str, str]:
    """What the page's script says."""
    return {
        "connecting": gettext("Connecting …"),
        "ready": gettext("Ready to call"),
        "ringing": gettext("Calling …"),
        "talking": gettext("Connected"),
        "ended": gettext("The call has ended"),
        "failed": gettext("The call could not be made; please try again"),
        "busy": gettext("All lines are busy; please try again in a few minutes"),
        "refused": gettext("This number cannot be called from here"),
        "no_microphone": gettext("The browser may not use the microphone; allow it and try again"),
        "no_connection": gettext("There is no connection to the telephone system"),
        "mute": gettext("Mute"),
        "unmute": gettext("Unmute"),
    }
