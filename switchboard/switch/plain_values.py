"""Refuses what cannot be written into FreeSWITCH's files as the plain value that it is.

FreeSWITCH expands ``$${x}`` in any file and ``${x}`` in a dialplan's arguments, splits arguments at
spaces, commas, bars and exclamation marks, and drops lines with its preprocessor's words. No escape
is understood by all of these, so what is not plain is refused. The message names the value, shows
it unless it is a secret, and says what to do.
"""

import re
from collections.abc import Sequence
from ipaddress import ip_address, ip_network

WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
WORD_REMEDY = "use letters, digits, . - _"
NUMBER = re.compile(r"\+?[0-9*#]{1,32}")
ADMITTED = re.compile(r"\+?[0-9]{1,32}\*?")
PASSWORD = re.compile(r"[A-Za-z0-9_-]{16,128}")
HOST = re.compile(r"[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]")
HOST_PORT = re.compile(rf"(?:{HOST.pattern})(?::\d{{1,5}})?")
CREDENTIAL = re.compile(r"[^\x00-\x20\x7f$<>&\"']{0,128}")
EXTENSION = re.compile(r"[0-9]{2,12}")
PATH = re.compile(r"/[^\x00-\x20\x7f$|!<>&\"'{},]{0,999}")
PATH_REMEDY = "give an absolute path without spaces, $ | ! < > & , quotes or braces"


class ConfigurationError(ValueError):
    """A value cannot be written into FreeSWITCH's configuration; the message names it."""


def demand(
    form: re.Pattern[str], name: str, value: str, remedy: str, *, shown: bool = True
) -> None:
    """Refuse *value* unless the whole of it has the *form*; a secret is not *shown*.

    Raises:
        ConfigurationError: it has not.
    """
    if form.fullmatch(value) is None:
        seen = f"{value[:80]!r}" if shown else "of a form that cannot be used"
        raise ConfigurationError(f"{name} is {seen}: {remedy}")


def demand_port(name: str, port: int) -> None:
    """Refuse what is no TCP or UDP port.

    Raises:
        ConfigurationError: it is none.
    """
    if not 1 <= port <= 65535:
        raise ConfigurationError(f"{name} is {port}: give a number from 1 to 65535")


def demand_address(name: str, address: str) -> None:
    """Refuse what is no IP address.

    Raises:
        ConfigurationError: it is none.
    """
    try:
        ip_address(address)
    except ValueError as error:
        raise ConfigurationError(f"{name} is {address[:80]!r}: give an IP address") from error


def demand_networks(name: str, networks: Sequence[str]) -> None:
    """Refuse what is no network in CIDR form.

    Raises:
        ConfigurationError: one is none.
    """
    for network in networks:
        try:
            ip_network(network)
        except ValueError as error:
            raise ConfigurationError(
                f"{name} hold {network[:80]!r}: give a network such as 192.0.2.0/24 ({error})"
            ) from error


def demand_unique(name: str, values: Sequence[str]) -> None:
    """Refuse two of the same name.

    Raises:
        ConfigurationError: one stands there twice.
    """
    for value in values:
        if values.count(value) > 1:
            raise ConfigurationError(f"the {name} {value!r} stands there twice: keep one")
