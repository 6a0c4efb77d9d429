"""How the settings describe systems outside, and how these descriptions become systems."""

import codecs
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, field_validator

from switchboard.outside.csv_files import CsvSource
from switchboard.outside.databases import SqlDatabase, engine_of
from switchboard.outside.http import HttpConnection
from switchboard.outside.http_rows import HttpSource
from switchboard.outside.mail import MailSender, MailServer
from switchboard.outside.tables import TableSource, quoted
from switchboard.ports.connections import Connections
from switchboard.ports.sources import Source


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TableSetting(_Part):
    """A source that is a table: ``{table: customers, database: postgresql://...}``.

    Attributes:
        table: Its name.
        database: ``sqlite:////path`` or ``postgresql://user:password@host/name``.
        columns: Field to column, where they are called differently.
    """

    table: str
    database: str = Field(repr=False)
    columns: dict[str, str] = {}

    @field_validator("table")
    @classmethod
    def _is_name(cls, table: str) -> str:
        quoted(table)
        return table

    @field_validator("columns")
    @classmethod
    def _are_names(cls, columns: dict[str, str]) -> dict[str, str]:
        for column in columns.values():
            quoted(column)
        return columns

    @field_validator("database")
    @classmethod
    def _is_database(cls, database: str) -> str:
        engine_of(database)
        return database


class CsvSetting(_Part):
    """A source that is a CSV file: ``{csv: outlets.csv}``, beside the settings file.

    Attributes:
        csv: The file.
        encoding: As Python names it, such as ``gb18030``; empty: told from the file.
        columns: Field to column, where they are called differently.
    """

    csv: Path
    encoding: str = ""
    columns: dict[str, str] = {}

    @field_validator("encoding")
    @classmethod
    def _is_encoding(cls, encoding: str) -> str:
        try:
            return codecs.lookup(encoding).name if encoding else ""
        except LookupError:
            raise ValueError(f"there is no encoding {encoding!r}, such as utf-8, gb18030") from None


class HttpSetting(_Part):
    """A source that is a service: ``{connection: crm, path: /customers}``."""

    connection: str
    path: str = Field(pattern=r"^/[^?#\s]*$")


def _kind_of(value: object) -> str:
    keys = value if isinstance(value, Mapping) else vars(value) if value is not None else {}
    return next((kind for kind in ("csv", "connection") if kind in keys), "table")


SourceSetting = Annotated[
    Annotated[TableSetting, Tag("table")]
    | Annotated[CsvSetting, Tag("csv")]
    | Annotated[HttpSetting, Tag("connection")],
    Discriminator(_kind_of),
]


class ConnectionSetting(_Part):
    """A system asked over HTTP.

    Attributes:
        url: Its address; flows give the rest of the path.
        headers: Sent along with everything; keys stand here and nowhere else.
    """

    url: str
    headers: dict[str, str] = Field(default={}, repr=False)

    @field_validator("url")
    @classmethod
    def _is_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
            raise ValueError("an address is written as https://host or https://host/path")
        return url


class MailSetting(_Part):
    """Where e-mail is handed over.

    Attributes:
        host: The mail server.
        port: Its port.
        security: ``tls``, ``starttls`` or ``none``.
        user: Who logs in; empty: nobody.
        password: The password.
        sender: Address that the mail comes from.
        documents: Folder of documents that may be attached.
    """

    host: str
    port: int = Field(default=587, gt=0, lt=65536)
    security: Literal["tls", "starttls", "none"] = "starttls"
    user: str = ""
    password: str = Field(default="", repr=False)
    sender: str = Field(pattern=r"^[^\r\n]+@[^\r\n]+$")
    documents: Path | None = None


def make_connections(settings: Mapping[str, ConnectionSetting]) -> Connections:
    """Make the connections; nothing is asked yet."""
    return {name: HttpConnection(name, one.url, one.headers) for name, one in settings.items()}


def make_sources(
    settings: Mapping[str, TableSetting | CsvSetting | HttpSetting], connections: Connections
) -> dict[str, Source]:
    """Make the sources; nothing is opened yet. Sources of one database share its threads.

    Raises:
        ValueError: a source is on a connection that the settings do not name.
    """
    databases: dict[str, SqlDatabase] = {}
    made: dict[str, Source] = {}
    for name, one in settings.items():
        if isinstance(one, TableSetting):
            database = databases.setdefault(one.database, SqlDatabase(one.database))
            made[name] = TableSource(database, one.table, one.columns)
        elif isinstance(one, CsvSetting):
            made[name] = CsvSource(one.csv, one.columns, one.encoding)
        elif one.connection in connections:
            made[name] = HttpSource(connections[one.connection], one.path)
        else:
            raise ValueError(f"source {name}: there is no connection {one.connection!r}")
    return made


def make_mail(setting: MailSetting) -> MailSender:
    """Make the sender of e-mail."""
    return MailSender(
        MailServer(
            host=setting.host,
            port=setting.port,
            security=setting.security,
            sender=setting.sender,
            user=setting.user,
            password=setting.password,
            documents=setting.documents,
        )
    )
