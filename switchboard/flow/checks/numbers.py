"""What numbers name: flows and calendars that are there."""

from collections.abc import Iterator

from switchboard.flow.faults import Fault, meant
from switchboard.flow.files import Centre
from switchboard.flow.folder import Folder, SourceFile


def check_numbers(folder: Folder) -> Iterator[Fault]:
    """Yield a fault for each flow or calendar that a number names and nobody has."""
    source = folder.centre
    if source is None or not isinstance(source.model, Centre):
        return
    for number, entry in source.model.numbers.items():
        yield from _flow(source, folder, ("numbers", number, "flow"), entry.flow)
        for place, rule in enumerate(entry.when):
            at = ("numbers", number, "when", place)
            yield from _flow(source, folder, (*at, "flow"), rule.flow)
            if rule.calendar and rule.calendar not in source.model.calendars:
                hint = meant(rule.calendar, source.model.calendars)
                message = f"there is no calendar '{rule.calendar}'"
                yield source.document.fault((*at, "calendar"), "C11", message, hint)


def _flow(
    source: SourceFile, folder: Folder, at: tuple[str | int, ...], name: str
) -> Iterator[Fault]:
    if name not in folder.flows:
        message = f"there is no flow '{name}'"
        yield source.document.fault(at, "C10", message, meant(name, folder.flows))
