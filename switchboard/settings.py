"""The settings of an installation: one YAML file, with overrides from the environment.

Read once at the start into one frozen :class:`Settings`, whose parts are handed to whoever needs
them. What a centre's people change while it runs (queues, calendars, notices) is not here: it is in
the database. A mistake is told with line and column; all mistakes are told at once.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PositiveFloat,
    PositiveInt,
    ValidationError,
    field_validator,
    model_validator,
)

from switchboard.console.desk_settings import AgentsSetting
from switchboard.console.web_call import WebCallSetting
from switchboard.flow.source import Document, Scalar, read_yaml
from switchboard.media.described import MailboxesSetting, PromptsSetting, RecordingsSetting
from switchboard.outside.described import (
    ConnectionSetting,
    CsvSetting,
    MailSetting,
    SourceSetting,
)
from switchboard.simulator.crowd import StandInSetting
from switchboard.store.described import RecordsSetting
from switchboard.switch.phones import PhoneSide

ENVIRONMENT_PREFIX = "SWITCHBOARD_"
# Variables that say where settings are, or belong to tests; they are no settings themselves.
NOT_SETTINGS = frozenset(
    {
        "SWITCHBOARD_SETTINGS",
        "SWITCHBOARD_NODE_TOKEN",
        "SWITCHBOARD_FREESWITCH",
        "SWITCHBOARD_PROOF",
        "SWITCHBOARD_SIMULATOR_PASSWORD",
    }
)
DEFAULT_FILES = (Path("var/switchboard.yaml"), Path("/etc/switchboard/switchboard.yaml"))
# FreeSWITCH ships with this password; a socket that takes it takes anybody.
KNOWN_PASSWORDS = frozenset({"ClueCon", "cluecon", "password", "1234"})
LOOPBACK = ("127.", "localhost", "::1")
# How pydantic calls a setting that there is not, in its own models and in dataclasses.
UNKNOWN_NAME = frozenset({"extra_forbidden", "unexpected_keyword_argument"})


class SettingsError(ValueError):
    """The settings cannot be used; the message has one line for each mistake, with its place."""


class Address(str):
    """``HOST:PORT``."""

    __slots__ = ()

    @property
    def host(self) -> str:
        """The part before the last colon."""
        return self.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        """The part behind it."""
        return int(self.rpartition(":")[2])

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine reaches it."""
        return self.host.startswith(LOOPBACK)


def _address(value: object) -> Address:
    host, _, port = str(value).rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError(f"{value!r} is no address: write HOST:PORT, such as 127.0.0.1:8084")
    return Address(str(value))


AddressSetting = Annotated[Address, BeforeValidator(_address)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Listen(_Part):
    """Where this server listens.

    Attributes:
        calls: Where FreeSWITCH brings calls.
        http: Where health, metrics and the console are served.
        allow: Addresses from which calls are taken; any other is turned away at once.
    """

    calls: AddressSetting = Address("127.0.0.1:8084")
    http: AddressSetting = Address("127.0.0.1:8080")
    allow: tuple[str, ...] = ("127.0.0.1",)


class Node(_Part):
    """One FreeSWITCH.

    Attributes:
        name: What we call it.
        event_socket: Its event socket.
        password: The event socket's password, or that of *user*.
        user: ``user@domain`` of a FreeSWITCH user who may only what we use; empty: the event
            socket's own log-in.
        cdrs: Folder into which its mod_json_cdr writes; None: its records are not taken in here.
        token: Secret of its agent (`switchboard node`), for a node on another machine.
    """

    name: str = "local"
    event_socket: AddressSetting = Address("127.0.0.1:8021")
    password: str = Field(repr=False)
    user: str = ""
    cdrs: Path | None = None
    token: str = Field(default="", repr=False, pattern=r"^$|^[0-9A-Za-z_-]{24,128}$")

    @model_validator(mode="after")
    def _guarded(self) -> "Node":
        if self.password in KNOWN_PASSWORDS or len(self.password) < 8:
            raise ValueError(
                f"node {self.name}: the password is one that everybody knows or is shorter than 8 "
                "characters; choose another in FreeSWITCH's event_socket.conf.xml and here"
            )
        return self


class NumberLimit(_Part):
    """Limits of one number, or of the house."""

    calls: PositiveInt | None = None
    calls_per_second: PositiveInt | None = None


class Limits(NumberLimit):
    """Limits of the house, and of single numbers."""

    calls: PositiveInt | None = 1000
    calls_per_second: PositiveInt | None = 200
    numbers: dict[str, NumberLimit] = {}


class Speech(_Part):
    """How words become sound.

    Attributes:
        engine: ``espeak`` (offline), ``gtts`` (internet) or ``command``.
        command: Arguments of a program that speaks, with ``{text_file}``, ``{language}`` and
            ``{wav_file}`` as holes.
    """

    engine: Literal["espeak", "gtts", "command"] = "espeak"
    command: tuple[str, ...] = ()


class Logs(_Part):
    """What is logged, and how."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    form: Literal["console", "json"] = "console"


class Settings(_Part):
    """Everything about an installation.

    Attributes:
        folder: Where database, recordings, prompts and spool lie; beside the settings file.
        database: ``sqlite:///FILE`` or ``postgresql://...``; None: a SQLite file in *folder*.
        flows: Folder of the flows; None: those that ship.
        least_coverage: So many of a hundred ways through the flows must be taken by some call
            script, or be left out there on purpose; flows with less are not published.
        clock_speed: House seconds per wall second; the same for the stand-in.
        clock_origin: When house time and wall time were the same, where the speed is not 1; the
            same for the stand-in. None: the server's start.
        drain_s: How long calls may go on when the server is asked to stop, in seconds.
        listen: Where this server listens.
        nodes: The FreeSWITCH nodes; at least one.
        limits: Who is let in.
        speech: How words become sound.
        sources: Where the rows lie that flows look up and write, by the names flows use.
        connections: Systems that flows ask over HTTP, by the names flows use.
        mail: Where e-mail is handed over; None: no flow can send any.
        mailboxes: How messages are kept and fetched.
        prompts: How prompts are recorded by phone.
        recordings: Which calls are recorded, and how long recordings are kept.
        records: How long calls stay on record, and what is done each night.
        logs: What is logged.
        freeswitch: The telephone side of the FreeSWITCH that `up` starts and `freeswitch render`
            writes.
        agents: What agents and supervisors do by phone, and their own calls.
        web_call: Calls from a web page; None: there is no such page.
        stand_in: The people of the stand-in, where there is no FreeSWITCH.
    """

    folder: Path = Path()
    database: str | None = None
    flows: Path | None = None
    least_coverage: int = Field(default=100, ge=0, le=100)
    clock_speed: PositiveFloat = 1.0
    clock_origin: AwareDatetime | None = None
    drain_s: float = Field(default=30.0, ge=0)
    listen: Listen = Listen()
    nodes: tuple[Node, ...]
    limits: Limits = Limits()
    speech: Speech = Speech()
    sources: dict[str, SourceSetting] = {}
    connections: dict[str, ConnectionSetting] = {}
    mail: MailSetting | None = None
    mailboxes: MailboxesSetting = MailboxesSetting()
    prompts: PromptsSetting = PromptsSetting()
    recordings: RecordingsSetting = RecordingsSetting()
    records: RecordsSetting = RecordsSetting()
    logs: Logs = Logs()
    freeswitch: PhoneSide = PhoneSide()
    agents: AgentsSetting = AgentsSetting()
    web_call: WebCallSetting | None = None
    stand_in: StandInSetting = StandInSetting()

    @model_validator(mode="after")
    def _connected(self) -> "Settings":
        for name, source in self.sources.items():
            connection = getattr(source, "connection", None)
            if connection is not None and connection not in self.connections:
                raise ValueError(f"source {name}: there is no connection {connection!r}")
        return self

    @model_validator(mode="after")
    def _page_can_call(self) -> "Settings":
        if page := self.web_call:
            page.account_of(self.freeswitch.extensions, self.freeswitch.sip_domain)
            browsers = self.freeswitch.browsers
            if not (page.address or browsers.wss_port or browsers.ws_port):
                raise ValueError(
                    "web_call: no browser can reach the switch: give its `address`, "
                    "or a port in freeswitch.browsers"
                )
        return self

    @field_validator("nodes")
    @classmethod
    def _at_least_one(cls, nodes: tuple[Node, ...]) -> tuple[Node, ...]:
        if not nodes:
            raise ValueError("no FreeSWITCH is named: a server without one takes no call")
        return nodes

    @property
    def database_url(self) -> str:
        """Where the database is."""
        return self.database or f"sqlite:///{self.folder / 'switchboard.db'}"


def find_settings(path: Path | None = None) -> Path:
    """Return the settings file: *path*, ``$SWITCHBOARD_SETTINGS``, or one of the usual places.

    Raises:
        SettingsError: there is none.
    """
    named = path or (Path(os.environ["SWITCHBOARD_SETTINGS"]) if _is_named() else None)
    if named is not None:
        if not named.is_file():
            raise SettingsError(f"{named}: there is no such file of settings")
        return named
    for usual in DEFAULT_FILES:
        if usual.is_file():
            return usual
    raise SettingsError(
        f"no settings: neither {' nor '.join(map(str, DEFAULT_FILES))} is here. "
        "`switchboard up` writes a first file; or name one with --settings or "
        "$SWITCHBOARD_SETTINGS"
    )


def load_settings(path: Path | None = None) -> Settings:
    """Read the settings of this installation; see :func:`find_settings` and :func:`read_settings`.

    Raises:
        SettingsError: there are none, or they have mistakes.
    """
    file = find_settings(path)
    return read_settings(file.read_text(encoding="utf-8"), file, os.environ)


def read_settings(text: str, file: Path, environment: Mapping[str, str]) -> Settings:
    """Read settings from their text.

    Args:
        text: The YAML.
        file: Its name; relative folders in it are relative to where it lies.
        environment: ``SWITCHBOARD_LISTEN__HTTP=127.0.0.1:9000`` overrides ``listen: {http: ...}``;
            the parts of a list are counted from 0, as in ``SWITCHBOARD_NODES__0__PASSWORD``.

    Raises:
        SettingsError: with a line for each mistake: file, line, column, what is wrong.
    """
    document = read_yaml(text, str(file))
    if document.faults:
        raise SettingsError("\n".join(map(str, document.faults)))
    values = _plain(document.root)
    if not isinstance(values, dict):
        raise SettingsError(f"{file}:1:1: settings are `name: value` lines, not a list or a word")
    overridden = _override(values, environment)
    try:
        settings = Settings.model_validate(values)
    except ValidationError as mistakes:
        raise SettingsError("\n".join(_in_words(mistakes, document, overridden))) from None
    return _beside(settings, file.parent)


def _is_named() -> bool:
    return bool(os.environ.get("SWITCHBOARD_SETTINGS"))


def _plain(tree: Any) -> Any:  # noqa: ANN401 - any YAML value
    if isinstance(tree, dict):
        return {key: _plain(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_plain(value) for value in tree]
    return str(tree) if isinstance(tree, Scalar) else tree


def _override(values: dict[str, Any], environment: Mapping[str, str]) -> dict[tuple[Any, ...], str]:
    """Put the environment's values in; return which variable stands at which place."""
    overridden = {}
    for variable, value in sorted(environment.items()):
        if not variable.startswith(ENVIRONMENT_PREFIX) or variable in NOT_SETTINGS:
            continue
        words = variable.removeprefix(ENVIRONMENT_PREFIX).lower().split("__")
        place = tuple(int(word) if word.isdigit() else word for word in words)
        if not _put(values, place, value):
            raise SettingsError(f"${variable}: there is no such place in the settings")
        overridden[place] = variable
    return overridden


def _put(values: Any, place: tuple[Any, ...], value: str) -> bool:  # noqa: ANN401
    for step in place[:-1]:
        if isinstance(values, dict):
            values = values.setdefault(step, {})
        elif isinstance(values, list) and isinstance(step, int) and step < len(values):
            values = values[step]
        else:
            return False
    if isinstance(values, dict):
        values[place[-1]] = value
        return True
    return False


def _in_words(
    mistakes: ValidationError, document: Document, overridden: Mapping[tuple[Any, ...], str]
) -> Iterator[str]:
    for mistake in mistakes.errors():
        path = mistake["loc"]
        what = mistake["msg"].removeprefix("Value error, ")
        unknown = mistake["type"] in UNKNOWN_NAME
        if unknown:
            what = f"there is no setting {path[-1]!r} here"
        if mistake["type"] == "missing":
            what = f"{path[-1]!r} is missing"
        if variable := overridden.get(path):
            yield f"${variable}: {what}"
            continue
        place = document.place(path, of_key=unknown)
        yield f"{document.file}:{place.line}:{place.column}: {'.'.join(map(str, path))}: {what}"


def _beside(settings: Settings, base: Path) -> Settings:
    """Make relative folders absolute: relative to the settings file, wherever we were started."""
    base = base.resolve()
    nodes = tuple(
        node.model_copy(update={"cdrs": base / node.cdrs}) if node.cdrs else node
        for node in settings.nodes
    )
    sources = {
        name: one.model_copy(update={"csv": base / one.csv}) if isinstance(one, CsvSetting) else one
        for name, one in settings.sources.items()
    }
    moved: dict[str, Any] = {"folder": base / settings.folder, "nodes": nodes, "sources": sources}
    if settings.mail and settings.mail.documents:
        documents = base / settings.mail.documents
        moved["mail"] = settings.mail.model_copy(update={"documents": documents})
    if settings.flows:
        moved["flows"] = base / settings.flows
    return settings.model_copy(update=moved)
