"""A source that is a CSV file, as a spreadsheet saves it: read whole, and again when it changes.

The first line names the fields. Where nobody says the encoding it is UTF-8 with or without a mark,
UTF-16 with one, Chinese spreadsheets' GB 18030 where that makes common characters, else what
charset-normalizer takes it for. Never written to.
"""

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from charset_normalizer import from_bytes

from switchboard.outside.threads import Threads
from switchboard.outside.values import as_text
from switchboard.ports.sources import Row, RowQuery, SourceFault

# What spreadsheets write where it is not Unicode; more candidates make more mistakes.
OLD_ENCODINGS = ["gb18030", "big5", "cp1252", "cp1251", "shift_jis", "euc_kr"]
DELIMITERS = (",", ";", "\t")
LARGEST_BYTES = 64 * 2**20

Index = Mapping[tuple[str, ...], list[dict[str, str]]]


class CsvSource:
    """Rows of one file.

    Args:
        path: The file.
        columns: The columns of fields that are called differently, as the first line spells them.
        encoding: How it is encoded; empty: see above.
    """

    def __init__(self, path: Path, columns: Mapping[str, str], encoding: str = "") -> None:
        self._path = path
        self._encoding = encoding
        self._fields = {column: field for field, column in columns.items()}
        self._threads = Threads(1)
        self._stamp: tuple[int, int] | None = None
        self._rows: list[dict[str, str]] = []
        self._indexes: dict[tuple[str, ...], Index] = {}

    def find_rows(self, query: RowQuery) -> tuple[Row, ...]:
        """Return the rows that have those values, compared as text; see the port."""
        return self._threads.run(lambda: self._find(query))

    def create_row(self, values: Row, *, key: str) -> Row:
        """Refuse: the file belongs to whoever saves it."""
        del values, key
        raise SourceFault(f"{self._path.name} is a CSV file, which is only read")

    def update_row(self, by: Row, values: Row, *, key: str) -> Row:
        """Refuse: the file belongs to whoever saves it."""
        del by
        return self.create_row(values, key=key)

    def _find(self, query: RowQuery) -> tuple[Row, ...]:
        self._read_if_changed()
        fields = tuple(query.by)
        if fields not in self._indexes:
            self._indexes[fields] = _index(self._rows, fields)
        wanted = tuple(as_text(query.by[field]) or "" for field in fields)
        rows = self._indexes[fields].get(wanted, [])
        if query.order_by:
            rows = sorted(
                rows, key=lambda row: row.get(query.order_by, ""), reverse=query.newest_first
            )
        return tuple(rows[: query.at_most])

    def _read_if_changed(self) -> None:
        try:
            status = self._path.stat()
            stamp = (status.st_mtime_ns, status.st_size)
            if stamp == self._stamp:
                return
            if status.st_size > LARGEST_BYTES:
                raise SourceFault(f"{self._path} is larger than {LARGEST_BYTES} bytes: use a table")
            raw = self._path.read_bytes()
        except OSError as fault:
            raise SourceFault(f"{self._path} cannot be read: {fault.strerror}") from fault
        self._rows = [
            {self._fields.get(column, column): value for column, value in row.items()}
            for row in read_rows(raw, str(self._path), self._encoding)
        ]
        self._indexes.clear()
        self._stamp = stamp


def read_rows(raw: bytes, name: str, encoding: str = "") -> list[dict[str, str]]:
    """Read a CSV file's bytes; *name* is for the error.

    Raises:
        SourceFault: it is not encoded so, or nobody can say how.
    """
    text = decoded(raw, encoding)
    if text is None:
        raise SourceFault(
            f"{name}: the encoding cannot be told; save it as UTF-8, or write `encoding:` in the "
            "settings"
        )
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, restval="")
    return [
        {column.strip(): value.strip() for column, value in row.items() if column} for row in reader
    ]


def decoded(raw: bytes, encoding: str = "") -> str | None:
    """Return the text of a file; None when it is not encoded so, or no encoding fits."""
    if encoding:
        return _tried(raw, encoding)
    unicode = "utf-16" if raw[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    text = _tried(raw, unicode)
    if text is not None:
        return text
    chinese = _tried(raw, "gb18030")
    if chinese is not None and _is_common(chinese):
        return chinese
    best = from_bytes(raw, cp_isolation=OLD_ENCODINGS).best()
    return chinese if best is None else str(best)


def _tried(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_common(text: str) -> bool:
    """Whether nine of ten characters beyond ASCII are in GB 2312, the common ones.

    A file of another encoding can mostly be read as GB 18030 too, and makes rare characters.
    """
    beyond = [character for character in text if not character.isascii()]
    common = sum(bool(character.encode("gb2312", "ignore")) for character in beyond)
    return common * 10 >= len(beyond) * 9


def _index(rows: list[dict[str, str]], fields: tuple[str, ...]) -> Index:
    found: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for row in rows:
        found.setdefault(tuple(row.get(field, "") for field in fields), []).append(row)
    return found
