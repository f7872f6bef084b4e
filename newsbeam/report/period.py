"""The days that a report tells of, and how they stand in its SQL."""

from datetime import date, timedelta
from typing import Final, NamedTuple

#: The longest periods, in days, that are told day by day and week by week; longer ones are told by month.
DAILY: Final = 92
WEEKLY: Final = 731


class Period(NamedTuple):
    """Some days in a row, UTC."""

    first: date
    last: date  # included

    @property
    def days(self) -> int:
        """Count them."""
        return (self.last - self.first).days + 1

    @property
    def unit(self) -> str:
        """Name what the articles are counted by: day, week or month."""
        return "day" if self.days <= DAILY else "week" if self.days <= WEEKLY else "month"

    def units(self, begin: date) -> list[date]:
        """List the first days of its units, from the one that a day lies in; of days all."""
        first = self.first if self.unit == "day" else max(self.first, begin)
        days = (first + timedelta(number) for number in range((self.last - first).days + 1))
        return list(dict.fromkeys(_start(day, self.unit) for day in days))

    def fill(self, sql: str, newest: date) -> str:
        """Write the days into a query: `$first`, `$last`, `$newest`, `$unit`; `$step` is the first day of the unit."""
        step = "date" if self.unit == "day" else f"date_trunc('{self.unit}', date)::DATE"
        words = {"$first": _sql(self.first), "$last": _sql(self.last), "$newest": _sql(newest)}
        for name, word in {**words, "$unit": self.unit, "$step": step}.items():
            sql = sql.replace(name, word)
        return sql


def period(days: int, last: date) -> Period:
    """Return the `days` days up to and including the last one."""
    try:
        return Period(last - timedelta(days - 1), last)
    except OverflowError:
        return Period(date.min, last)


def _start(day: date, unit: str) -> date:
    """Return the first day of the unit that a day lies in; weeks begin on Monday."""
    if unit == "month":
        return day.replace(day=1)
    return day - timedelta(day.weekday()) if unit == "week" and day.toordinal() > day.weekday() else day


def _sql(day: date) -> str:
    return f"DATE '{day.isoformat()}'"
