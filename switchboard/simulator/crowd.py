"""The crowd: phones that are there from the start, register by themselves, and have owners.

A group of phones with one behaviour is a setting. Times are drawn anew for each call.
"""

import re
from dataclasses import dataclass

MOST_PHONES = 10_000
ANY_NUMBER = "*"
LONGEST_S = 1_000_000.0
NUMBERS = re.compile(r"(\d{2,12})(?:-(\d{2,12}))?")


class MalformedCrowd(ValueError):  # noqa: N818 - names what it is
    """A group of phones makes no sense; the message says which and why."""


@dataclass(frozen=True, slots=True)
class PhoneGroup:
    """Phones that behave alike.

    Attributes:
        numbers: Extensions, such as ``1001-1005, 1010``; with a gateway ``*`` is any number.
        gateway: The gateway that they are reached through; empty: they register.
        answers: Weight of calls that are answered.
        busy: Weight of calls that find the phone busy.
        rejects: Weight of calls that are rejected.
        ignores: Weight of calls that ring on.
        rings_s: How long it rings before the owner answers or rejects, from and to.
        talks_s: How long the owner talks before hanging up, from and to; empty: the owner stays.
    """

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012 - read by pydantic, never changed

    numbers: str
    gateway: str = ""
    answers: float = 1.0
    busy: float = 0.0
    rejects: float = 0.0
    ignores: float = 0.0
    rings_s: tuple[float, float] = (1.0, 4.0)
    talks_s: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        weights = (self.answers, self.busy, self.rejects, self.ignores)
        if min(weights) < 0 or not sum(weights):
            raise MalformedCrowd(
                f"phones {self.numbers}: answers, busy, rejects and ignores are weights: "
                "none below 0, and one above"
            )
        for name, span in (("rings_s", self.rings_s), ("talks_s", self.talks_s or (0.0, 0.0))):
            if not 0 <= span[0] <= span[1] <= LONGEST_S:
                raise MalformedCrowd(f"phones {self.numbers}: {name} goes from less to more")
        self.list_numbers()

    def list_numbers(self) -> tuple[str, ...]:
        """Return each number.

        Raises:
            MalformedCrowd: *numbers* cannot be read.
        """
        if self.gateway and self.numbers.strip() == ANY_NUMBER:
            return (ANY_NUMBER,)
        found: list[str] = []
        for part in self.numbers.split(","):
            match = NUMBERS.fullmatch(part.strip())
            first, last = match.groups() if match else ("", "")
            last = last or first
            if (
                not first
                or len(first) != len(last)
                or not 0 <= int(last) - int(first) < MOST_PHONES
            ):
                raise MalformedCrowd(
                    f"phones {self.numbers!r}: write numbers as in '1001-1005, 1010'"
                    + (", or '*'" if self.gateway else "")
                )
            found += [str(n).zfill(len(first)) for n in range(int(first), int(last) + 1)]
        return tuple(found)


@dataclass(frozen=True, slots=True)
class StandInSetting:
    """What the stand-in is given by the settings.

    Attributes:
        phones: Phones that are there from the start.
    """

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012 - read by pydantic, never changed

    phones: tuple[PhoneGroup, ...] = (PhoneGroup("1001-1005", talks_s=(20.0, 60.0)),)
