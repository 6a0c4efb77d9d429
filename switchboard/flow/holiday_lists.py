"""The holidays of countries, with China's make-up workdays, from the ``holidays`` package.

That package is tables and arithmetic; a year is worked out when it is first asked for, and kept.
Days that a government has not announced yet are those of its law: so China's of a year ahead lack
the exchanged workdays, which `days` of a calendar can add.
"""

from datetime import date
from functools import lru_cache

import holidays
from holidays.registry import COUNTRIES

from switchboard.flow.calendars import HolidayCalendar

NONE = "none"
COUNTRY_NAMES = frozenset(COUNTRIES)


class CountryHolidays(HolidayCalendar):
    """The holidays of one country, or of one of its regions.

    Args:
        country: Name as the package has it: ``china``, ``germany``.
        region: Code of a region of it, such as ``BY``; empty for the whole country.
    """

    def __init__(self, country: str, region: str = "") -> None:
        self._code = COUNTRIES[country][1]
        self._region = region

    def name_of(self, day: date) -> str | None:
        """Return the holiday's name, or None when the day is none."""
        return _year(self._code, self._region, day.year)[0].get(day)

    def is_worked(self, day: date) -> bool:
        """Whether a day of the weekend is worked in exchange for another."""
        return day in _year(self._code, self._region, day.year)[1]


@lru_cache(maxsize=256)
def _year(code: str, region: str, year: int) -> tuple[dict[date, str], frozenset[date]]:
    found = holidays.country_holidays(code, subdiv=region or None, years=year, expand=False)
    names = {day: name for day, name in found.items() if day.year == year}
    return names, frozenset(found.weekend_workdays)


def find_holidays(written: str) -> HolidayCalendar | None:
    """Return the holidays of ``china`` or ``germany BY``, or ``none``; None for no country."""
    if written == NONE:
        return HolidayCalendar()
    country, _, region = written.partition(" ")
    if country not in COUNTRY_NAMES:
        return None
    supported = holidays.list_supported_countries().get(COUNTRIES[country][1], [])
    return CountryHolidays(country, region) if not region or region in supported else None
