"""Festivals of the year that callers are greeted with, the lunar ones by a table.

The table has the days of the lunar year from 2020 to 2060 that a business greets at: the first day
of the year, Qingming, Dragon Boat, Mid-Autumn, Double Ninth. A test holds it to the ``holidays``
package. Outside these years only the festivals of the solar year are known.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

_TABLE = """
2020 0125 0404 0625 1001 1025
2021 0212 0404 0614 0921 1014
2022 0201 0405 0603 0910 1004
2023 0122 0405 0622 0929 1023
2024 0210 0404 0610 0917 1011
2025 0129 0404 0531 1006 1029
2026 0217 0405 0619 0925 1018
2027 0206 0405 0609 0915 1008
2028 0126 0404 0528 1003 1026
2029 0213 0404 0616 0922 1016
2030 0203 0405 0605 0912 1005
2031 0123 0405 0624 1001 1024
2032 0211 0404 0612 0919 1012
2033 0131 0404 0601 0908 1001
2034 0219 0405 0620 0927 1020
2035 0208 0405 0610 0916 1009
2036 0128 0404 0530 1004 1027
2037 0215 0404 0618 0924 1017
2038 0204 0405 0607 0913 1007
2039 0124 0405 0527 1002 1026
2040 0212 0404 0614 0920 1014
2041 0201 0404 0603 0910 1003
2042 0122 0404 0622 0928 1022
2043 0210 0405 0611 0917 1011
2044 0130 0404 0531 1005 1029
2045 0217 0404 0619 0925 1018
2046 0206 0404 0608 0915 1008
2047 0126 0405 0529 1004 1027
2048 0214 0404 0615 0922 1016
2049 0202 0404 0604 0911 1005
2050 0123 0404 0623 0930 1024
2051 0211 0405 0613 0919 1013
2052 0201 0404 0601 0907 1030
2053 0219 0404 0620 0926 1020
2054 0208 0404 0610 0916 1009
2055 0128 0405 0530 1005 1028
2056 0215 0404 0617 0924 1017
2057 0204 0404 0606 0913 1007
2058 0124 0404 0625 1002 1025
2059 0212 0405 0614 0921 1014
2060 0202 0404 0603 0909 1002
"""

_SOLAR: Mapping[str, tuple[int, int]] = {
    "new_year": (1, 1),
    "labour_day": (5, 1),
    "national_day": (10, 1),
    "christmas": (12, 25),
}
_DAYS_LONG: Mapping[str, int] = {"spring_festival": 7, "national_day": 7, "labour_day": 5}
"""How many days people wish each other well; one unless it is said here."""

FESTIVALS = (
    "new_year",
    "spring_festival_eve",
    "spring_festival",
    "lantern",
    "qingming",
    "labour_day",
    "dragon_boat",
    "mid_autumn",
    "national_day",
    "double_ninth",
    "christmas",
)
"""Every festival, in the order of the year."""


def festival_on(day: date) -> str | None:
    """Return the festival that is kept on *day*, or None.

    Where two meet, the one that begins later is told: Mid-Autumn within the National Day week.
    """
    found = None
    for name, first in _festivals(day.year):
        if first <= day < first + timedelta(days=_DAYS_LONG.get(name, 1)):
            found = name
    return found


@lru_cache(maxsize=64)
def _festivals(year: int) -> tuple[tuple[str, date], ...]:
    """The festivals of a year, in the order of their first days."""
    found = {name: date(year, month, day) for name, (month, day) in _SOLAR.items()}
    row = _rows().get(year)
    if row is not None:
        spring, qingming, dragon_boat, mid_autumn, double_ninth = row
        found["spring_festival_eve"] = spring - timedelta(days=1)
        found["spring_festival"] = spring
        found["lantern"] = spring + timedelta(days=14)  # the fifteenth day of the first month
        found["qingming"] = qingming
        found["dragon_boat"] = dragon_boat
        found["mid_autumn"] = mid_autumn
        found["double_ninth"] = double_ninth
    return tuple(sorted(found.items(), key=lambda entry: entry[1]))


@lru_cache(maxsize=1)
def _rows() -> dict[int, tuple[date, ...]]:
    rows = {}
    for line in _TABLE.split("\n"):
        if line:
            year, *days = line.split()
            rows[int(year)] = tuple(date(int(year), int(day[:2]), int(day[2:])) for day in days)
    return rows
