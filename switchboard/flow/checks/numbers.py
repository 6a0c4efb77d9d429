"""C, F: numbers. What a number begins is there, and gets what it takes."""

from collections.abc import Iterator, Mapping

from switchboard.flow.checks.views import View, centre_of, things_of
from switchboard.flow.checks.ways import handed_over
from switchboard.flow.faults import Fault, meant
from switchboard.flow.files import Centre
from switchboard.flow.folder import Folder, SourceFile
from switchboard.flow.source import Path
from switchboard.flow.types import THINGS
from switchboard.flow.written import read_plain

_TYPED: Mapping[str, str] = {"queue": "queues", "calendar": "calendars", "mailbox": "mailboxes"}


def check(folder: Folder) -> Iterator[Fault]:
    """Yield the faults of the centre's numbers."""
    source, centre = folder.centre, centre_of(folder)
    if source is None or centre is None:
        return
    calendars = things_of(folder, "calendars")
    for number, entry in centre.numbers.items():
        at: Path = ("numbers", number)
        yield from _begun(folder, source, centre, at, (entry.flow, entry.with_, entry.language))
        for place, rule in enumerate(entry.when):
            with_ = entry.with_ if rule.with_ is None else rule.with_
            inner = (*at, "when", place)
            yield from _begun(folder, source, centre, inner, (rule.flow, with_, rule.language))
            if rule.calendar and rule.calendar not in calendars:
                hint = meant(rule.calendar, calendars)
                message = f"there is no calendar '{rule.calendar}'"
                yield source.document.fault((*inner, "calendar"), "C01", message, hint)


def _begun(
    folder: Folder,
    source: SourceFile,
    centre: Centre,
    at: Path,
    what: tuple[str, Mapping[str, object], str],
) -> Iterator[Fault]:
    """Is the flow there, does it get what it takes, does it speak the language?"""
    name, handed, language = what
    document = source.document
    flow = folder.flows.get(name)
    if flow is None:
        if name not in folder.broken:
            hint = meant(name, folder.flows)
            yield document.fault((*at, "flow"), "F02", f"there is no flow '{name}'", hint)
        return
    view = View(folder, name, flow)
    for fault in handed_over(view, at, handed, view):
        path = (*at, "with", _name_in(fault.message)) if fault.code == "F03" else at
        yield document.fault(path, fault.code, fault.message, fault.hint, of_key=True)
    for key, value in handed.items():
        kind = view.file.takes.get(key, "")
        yield from _handed_thing(folder, source, centre, (*at, "with", key), kind, value)
    if language and language not in view.file.languages:
        hint = f"its languages are {', '.join(view.file.languages)}"
        yield document.fault((*at, "language"), "C07", f"flow '{name}' does not speak it", hint)


def _name_in(message: str) -> str:
    return message.rpartition("no '")[2].rstrip("'")


def _handed_thing(
    folder: Folder, source: SourceFile, centre: Centre, path: Path, kind: str, value: object
) -> Iterator[Fault]:
    """Is what a number hands over there: a queue, a calendar, a mailbox, a prompt?"""
    document = source.document
    drawer = _TYPED.get(kind)
    if drawer is not None and value not in things_of(folder, drawer):
        hint = meant(str(value), things_of(folder, drawer))
        yield document.fault(path, "C04", f"the centre has no {kind} '{value}'", hint)
    elif kind == "prompt":
        yield from _handed_prompt(folder, source, centre, path, str(value))
    elif kind in ("truth", "number", "amount") and kind not in THINGS:
        plain = read_plain(str(value)) if isinstance(value, str) else value
        fits = isinstance(plain, bool) if kind == "truth" else not isinstance(plain, (bool, str))
        if not fits:
            hint = "true or false" if kind == "truth" else "such as 7 or 2.63"
            yield document.fault(path, "C04", f"a {kind} stands here, not '{value}'", hint)


def _handed_prompt(
    folder: Folder, source: SourceFile, centre: Centre, path: Path, name: str
) -> Iterator[Fault]:
    owner, dot, inner = name.rpartition(".")
    if owner in folder.broken:
        return
    library = folder.libraries.get(owner)
    if not dot or library is None or inner not in library.parts.texts:
        known = [
            f"{one}.{prompt}"
            for one in centre.uses
            if one in folder.libraries
            for prompt in folder.libraries[one].parts.texts
        ]
        yield source.document.fault(path, "P07", f"there is no prompt '{name}'", meant(name, known))
    elif owner not in centre.uses:
        hint = f"add it: uses: [{', '.join((*centre.uses, owner))}]"
        yield source.document.fault(path, "P13", f"the centre does not use library '{owner}'", hint)
