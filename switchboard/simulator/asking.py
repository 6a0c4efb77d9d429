"""Fields of a request of the control connection: read by kind and range, or refused in words."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """The request cannot be done; the message says why."""


class Asked:
    """The fields of one request.

    Args:
        fields: As they came.
    """

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields

    def has(self, name: str) -> bool:
        """Whether the field is there, and not null."""
        return self._fields.get(name) is not None

    def anything(self, name: str) -> object:
        """Return a field as it came, None when it is not there."""
        return self._fields.get(name)

    def text(self, name: str, default: str = "") -> str:
        """Return a text.

        Raises:
            Refused: it is none.
        """
        value = self._fields.get(name, default)
        if not isinstance(value, str | int) or isinstance(value, bool):
            raise Refused(f"{name} must be a text")
        return str(value)

    def flag(self, name: str) -> bool:
        """Return whether a flag is set; one that is not there is not."""
        value = self._fields.get(name, False)
        if not isinstance(value, bool):
            raise Refused(f"{name} must be true or false")
        return value

    def whole(self, name: str, default: int, low: int, high: int) -> int:
        """Return a whole number within bounds; texts of digits are taken too.

        Raises:
            Refused: it is none.
        """
        value = self._fields.get(name, default)
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise Refused(f"{name} must be a whole number from {low} to {high}")
        return value

    def number(self, name: str, default: float, low: float, high: float) -> float:
        """Return a number within bounds.

        Raises:
            Refused: it is none.
        """
        value = self._fields.get(name, default)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not low <= value <= high:
            raise Refused(f"{name} must be a number from {low:g} to {high:g}")
        return float(value)

    def content(self, name: str) -> bytes:
        """Return bytes that were sent as base64.

        Raises:
            Refused: they are not base64.
        """
        try:
            return base64.b64decode(self.text(name), validate=True)
        except binascii.Error as fault:
            raise Refused(f"{name} must be base64: {fault}") from fault
