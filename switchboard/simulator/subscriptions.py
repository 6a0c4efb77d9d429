"""What one client of the event socket wants to hear: names, subclasses, filters, form."""

from collections.abc import Sequence

from switchboard.simulator.events import CUSTOM, Event

FORMS = ("plain", "json", "xml")
ALL = "ALL"

# What ``myevents`` turns on.
OWN_EVENTS = frozenset(
    {
        "CHANNEL_ANSWER",
        "CHANNEL_APPLICATION",
        "CHANNEL_BRIDGE",
        "CHANNEL_CREATE",
        "CHANNEL_DATA",
        "CHANNEL_DESTROY",
        "CHANNEL_EXECUTE",
        "CHANNEL_EXECUTE_COMPLETE",
        "CHANNEL_HANGUP",
        "CHANNEL_HANGUP_COMPLETE",
        "CHANNEL_ORIGINATE",
        "CHANNEL_OUTGOING",
        "CHANNEL_PARK",
        "CHANNEL_PROGRESS",
        "CHANNEL_PROGRESS_MEDIA",
        "CHANNEL_STATE",
        "CHANNEL_UNBRIDGE",
        "CHANNEL_UNPARK",
        "CHANNEL_UUID",
        "DETECTED_SPEECH",
        "DTMF",
        "NOTALK",
        "TALK",
    }
)


class Subscription:
    """What a client wants, changed by its commands.

    Attributes:
        form: ``plain``, ``json`` or ``xml``.
        own_leg: With ``myevents``: the channel whose events alone are wanted.
    """

    def __init__(self) -> None:
        self.form = "plain"
        self.own_leg: str | None = None
        self._names: set[str] = set()
        self._subclasses: set[str] = set()
        self._filters: list[tuple[str, str]] = []

    def want(self, words: Sequence[str]) -> bool:
        """Take the words of an ``event`` command; False when no event is named."""
        if words and words[0].lower() in FORMS:
            self.form, words = words[0].lower(), words[1:]
        names = [word.upper() for word in words]
        place = names.index(CUSTOM) if CUSTOM in names else len(names)
        self._names |= set(names[: place + 1])
        self._subclasses |= set(words[place + 1 :])
        return bool(names)

    def want_own(self, leg_id: str, form: str) -> None:
        """Take ``myevents``: the events of one channel."""
        self.own_leg, self.form = leg_id, form
        self._names |= OWN_EVENTS

    def nix(self, words: Sequence[str]) -> bool:
        """Take the words of a ``nixevent`` command; False when no event is named."""
        names = [word.upper() for word in words]
        place = names.index(CUSTOM) if CUSTOM in names else len(names)
        self._names -= set(names[:place])
        self._subclasses -= set(words[place + 1 :])
        if ALL in names:
            self._names.clear()
        return bool(names)

    def clear(self) -> bool:
        """Take ``noevents``; False when nothing was wanted."""
        wanted = bool(self._names)
        self._names.clear()
        self._subclasses.clear()
        return wanted

    def add_filter(self, header: str, value: str) -> None:
        """Want only events with that value in that header, or in that of another filter."""
        self._filters.append((header, value))

    def delete_filter(self, header: str, value: str) -> None:
        """Take a filter away; ``all`` takes every one."""
        if header.lower() == "all":
            self._filters.clear()
        else:
            self._filters = [
                (name, wanted)
                for name, wanted in self._filters
                if name.lower() != header.lower() or (value and wanted != value)
            ]

    def may_want(self, name: str) -> bool:
        """Whether an event of that name could be wanted."""
        return name in self._names or ALL in self._names

    def wants(self, event: Event) -> bool:
        """Whether this event is wanted."""
        if not self.may_want(event.name):
            return False
        if (
            event.name == CUSTOM
            and ALL not in self._names
            and event.subclass not in self._subclasses
        ):
            return False
        if self.own_leg is not None and event.leg_id != self.own_leg:
            return False
        return not self._filters or any(
            event.header(header).lower() == value.lower() for header, value in self._filters
        )

    def frame(self, event: Event) -> bytes:
        """Return the event's bytes in the form that the client asked for."""
        return event.json if self.form == "json" else event.plain
