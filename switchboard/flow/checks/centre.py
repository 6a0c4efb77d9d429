"""C: the centre. It has what flows name, and its numbers begin what there is."""

from collections.abc import Iterator, Mapping

from switchboard.flow.centre_forms import SourceForm
from switchboard.flow.checks.views import (
    View,
    centre_of,
    contents,
    sources_of,
    things_of,
    views_in_use,
)
from switchboard.flow.faults import Fault, meant
from switchboard.flow.files import Centre
from switchboard.flow.folder import Folder, SourceFile
from switchboard.flow.formulas import Formula
from switchboard.flow.kinds.create import Create
from switchboard.flow.kinds.dial import DialNode, target_of
from switchboard.flow.kinds.look_up import LookUpNode
from switchboard.flow.kinds.look_up_all import LookUpAll
from switchboard.flow.kinds.update import Update
from switchboard.flow.program import Node
from switchboard.flow.source import Path
from switchboard.flow.things import Drawer, Ref
from switchboard.flow.types import PLAIN_TYPES

_DRAWERS: Mapping[Drawer, str] = {
    Drawer.QUEUE: "queues",
    Drawer.PRIORITY: "priorities",
    Drawer.CALENDAR: "calendars",
    Drawer.MAILBOX: "mailboxes",
    Drawer.SOURCE: "sources",
    Drawer.CONNECTION: "connections",
    Drawer.SECRET: "secrets",
    Drawer.DIAL_LIST: "dial_lists",
}


def check(folder: Folder) -> Iterator[Fault]:
    """Yield the faults of the centre and of what flows want of it."""
    centre = centre_of(folder)
    if centre is None:
        return
    for view in views_in_use(folder):
        for node, path, value in contents(view):
            if isinstance(value, Ref):
                yield from _thing(view, path, value)
            elif isinstance(value, (LookUpNode, LookUpAll, Create, Update)):
                yield from _source(view, node, value)
            elif isinstance(value, DialNode):
                yield from _dial(view, node, value)
        yield from _types(view)
    if folder.centre is not None:
        yield from _inside(folder, folder.centre, centre)


def _thing(view: View, path: Path, ref: Ref) -> Iterator[Fault]:
    drawer = _DRAWERS.get(ref.drawer)
    if drawer is not None and ref.name not in things_of(view.folder, drawer):
        what = str(ref.drawer).replace("_", " ")
        hint = meant(ref.name, things_of(view.folder, drawer))
        yield view.fault(path, "C01", f"the centre has no {what} '{ref.name}'", hint)
    if ref.drawer is Drawer.LANGUAGE and ref.name not in view.file.languages:
        hint = f"its languages are {', '.join(view.file.languages)}"
        yield view.fault(path, "C07", f"the flow does not speak '{ref.name}'", hint)


def _source(
    view: View, node: Node, model: LookUpNode | LookUpAll | Create | Update
) -> Iterator[Fault]:
    verb = node.kind.verb
    name = getattr(model, verb).name
    source = sources_of(view.folder).get(name)
    if source is None:
        return
    if isinstance(model, (Create, Update)) and not source.writable:
        hint = f"write writable: true at source '{name}' in the centre"
        yield view.fault(
            ("nodes", node.name, verb), "C02", f"source '{name}' may not be written", hint
        )
    for key, handed in (("by", getattr(model, "by", {})), ("with", getattr(model, "with_", {}))):
        for field in handed:
            if field not in source.fields:
                at = ("nodes", node.name, key, field)
                hint = meant(field, source.fields)
                message = f"source '{name}' has no field '{field}'"
                yield view.fault(at, "C03", message, hint, of_key=True)


def _dial(view: View, node: Node, model: DialNode) -> Iterator[Fault]:
    """What a caller or a row says is dialled only if a list allows it."""
    written = target_of(model)[1]
    if not isinstance(written, Formula) or model.allowed is not None:
        return
    if not all(name.startswith("settings.") for name in written.names()):
        hint = "add allowed: with a dial list of the centre"
        yield view.fault(
            ("nodes", node.name, "dial"), "C08", "whatever a value says would be dialled", hint
        )


def _types(view: View) -> Iterator[Fault]:
    """Types that stand in the head of a flow are plain ones or sources of the centre."""
    sources = things_of(view.folder, "sources")
    for key, written in (("takes", view.file.takes), ("gives", view.file.gives)):
        for name, kind in written.items():
            if kind.removeprefix("list of ") not in PLAIN_TYPES | sources.keys():
                hint = meant(kind, PLAIN_TYPES | sources.keys())
                message = f"'{kind}' is no type, and the centre has no such source"
                yield view.fault((key, name), "C09", message, hint)
    for name, setting in view.file.settings.items():
        if setting.type not in PLAIN_TYPES:
            hint = meant(setting.type, PLAIN_TYPES)
            at = ("settings", name, "type")
            yield view.fault(at, "C09", f"'{setting.type}' is no type of a setting", hint)


def _inside(folder: Folder, source: SourceFile, centre: Centre) -> Iterator[Fault]:
    """Things of the centre that name other things of it."""
    document = source.document
    for number, name in enumerate(centre.uses):
        if name not in folder.libraries and name not in folder.broken:
            hint = meant(name, folder.libraries)
            yield document.fault(("uses", number), "P13", f"there is no library '{name}'", hint)
    calendars = things_of(folder, "calendars")
    for name, queue in centre.queues.items():
        if queue.calendar is not None and queue.calendar not in calendars:
            queue_path = ("queues", name, "calendar")
            hint = meant(queue.calendar, calendars)
            yield document.fault(
                queue_path, "C01", f"there is no calendar '{queue.calendar}'", hint
            )
    for name, secret in centre.secrets.items():
        owner, _, field = secret.owner.partition(".")
        form = centre.sources.get(owner)
        lost = ("sources", owner) in source.lost
        if not lost and (form is None or field not in form.fields):
            hint = "an owner is source.field, such as accounts.number"
            owner_path = ("secrets", name, "owner")
            yield document.fault(owner_path, "C06", f"there is no field '{secret.owner}'", hint)
    yield from _settings(folder, source, centre)
    yield from _fields(source, centre.sources, things_of(folder, "sources"))


def _settings(folder: Folder, source: SourceFile, centre: Centre) -> Iterator[Fault]:
    for name, values in centre.settings.items():
        flow = folder.flows.get(name)
        if flow is None:
            if name not in folder.broken:
                hint = meant(name, folder.flows)
                path = ("settings", name)
                yield source.document.fault(
                    path, "F02", f"there is no flow '{name}'", hint, of_key=True
                )
            continue
        known = View(folder, name, flow).file.settings
        for setting in values:
            if setting not in known:
                at = ("settings", name, setting)
                message = f"flow '{name}' has no setting '{setting}'"
                yield source.document.fault(at, "C05", message, meant(setting, known), of_key=True)


def _fields(
    source: SourceFile, sources: Mapping[str, SourceForm], known: Mapping[str, object]
) -> Iterator[Fault]:
    for name, form in sources.items():
        for field, kind in form.fields.items():
            if kind.removeprefix("list of ") not in PLAIN_TYPES | known.keys():
                path = ("sources", name, "fields", field)
                hint = meant(kind, PLAIN_TYPES)
                yield source.document.fault(path, "C09", f"'{kind}' is no type", hint)
