"""`hours`: is a calendar of the centre open now?"""

from datetime import datetime

from pydantic import Field

from switchboard.flow.here import Here
from switchboard.flow.kind import Kind, Leave, Move
from switchboard.flow.nodes import NodeModel
from switchboard.flow.things import CalendarName
from switchboard.flow.written import Moment


class HoursNode(NodeModel):
    """Goes by the opening hours of a calendar, in the calendar's own time zone."""

    hours: CalendarName = Field(description="A calendar of the centre.")
    at: Moment | None = Field(default=None, description="The moment that counts, instead of now.")


def _enter(here: Here[HoursNode]) -> Move:
    name = str(here.value(here.model.hours))
    moment = here.now if here.model.at is None else here.value(here.model.at)
    calendar = here.program.calendars.get(name)
    if calendar is None or not isinstance(moment, datetime):
        return Leave("closed")  # a calendar that a value names wrongly: nobody is promised anything
    return Leave(calendar.state(moment))


KIND = Kind(
    verb="hours",
    model=HoursNode,
    enter=_enter,
    outcomes=("open", "closed", "holiday"),
    example="""
  people:
    hours: office
    then: {open: line, closed: closed_now, holiday: holiday_now}
""",
)
