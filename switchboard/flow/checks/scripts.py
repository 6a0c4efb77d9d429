"""T: call scripts. They name what there is, and follow routes that are written."""

from collections.abc import Iterator, Mapping
from typing import Any

from switchboard.flow.checks.views import Found, View, centre_of, sources_of, things_of, views
from switchboard.flow.faults import Fault, meant
from switchboard.flow.folder import Folder
from switchboard.flow.names import KEYS
from switchboard.flow.scripts.forms import CallForm, Given, ScriptFile, Step
from switchboard.flow.source import Document, Path
from switchboard.flow.speeches import NOTICES, SILENCE

SPOKEN_TOO = frozenset({NOTICES, SILENCE, "recording"})


def check_script(folder: Folder, document: Document, script: ScriptFile) -> Iterator[Fault]:
    """Yield the faults of one call script.

    Args:
        folder: The files that it is about.
        document: The script as it was read.
        script: What it says.
    """
    view = next((one for one in views(folder) if one.name == script.script), None)
    if view is None:
        if script.script not in folder.broken:
            hint = meant(script.script, folder.flows)
            yield document.fault(("script",), "F02", f"there is no flow '{script.script}'", hint)
        return
    yield from _Script(folder, document, script, view).check()


class _Script:
    def __init__(self, folder: Folder, document: Document, script: ScriptFile, view: View) -> None:
        self._folder = folder
        self._document = document
        self._script = script
        self._view = view
        self._sources = sources_of(folder)
        self._known_sources = things_of(folder, "sources")
        self._numbers = things_of(folder, "numbers")
        self._has_centre = centre_of(folder) is not None

    def check(self) -> Iterator[Fault]:
        script = self._script
        yield from self._given(("given",), script.given)
        for name, steps in script.routes.items():
            yield from self._steps(("routes", name), steps)
        titles: set[str] = set()
        for number, call in enumerate(script.calls):
            at: Path = ("calls", number)
            if call.call in titles:
                hint = "each call is known by its title"
                yield self._fault((*at, "call"), "T03", "a second call with this title", hint)
            titles.add(call.call)
            yield from self._call(at, call)
        for number, entry in enumerate(script.not_tested):
            yield from self._not_tested(("not_tested", number), entry.node, entry.outcome)

    def _call(self, at: Path, call: CallForm) -> Iterator[Fault]:
        yield from self._given((*at, "given"), call.given)
        if call.world(self._script.given).at is None:
            hint = "write at: 2026-12-01 10:05 Asia/Shanghai under given"
            yield self._fault(at, "T05", "nobody says when this call comes", hint)
        if call.to is not None:
            yield from self._number((*at, "to"), call.to)
        yield from self._steps((*at, "steps"), call.steps)
        after = call.afterwards
        where = (*at, "afterwards")
        for number, name in enumerate(after.not_heard):
            yield from self._prompt((*where, "not_heard", number), name)
        if after.ended_at is not None:
            yield from self._node((*where, "ended_at"), after.ended_at)
        if after.ends is not None and after.ends not in self._view.file.ends:
            hint = meant(after.ends, self._view.file.ends)
            message = f"'{after.ends}' is none of the flow's ends"
            yield self._fault((*where, "ends"), "F01", message, hint)

    # --- what is given --------------------------------------------------------------------------

    def _given(self, at: Path, given: Given) -> Iterator[Fault]:
        if not self._has_centre:
            return
        if given.to is not None:
            yield from self._number((*at, "to"), given.to)
        for source, rows in given.sources.items():
            form = self._sources.get(source)
            path = (*at, "sources", source)
            if form is None and source in self._known_sources:
                continue
            if form is None:
                hint = meant(source, self._known_sources)
                message = f"the centre has no source '{source}'"
                yield self._fault(path, "C01", message, hint, of_key=True)
                continue
            for number, row in enumerate(rows):
                for field in row:
                    if field not in form.fields:
                        message = f"source '{source}' has no field '{field}'"
                        hint = meant(field, form.fields)
                        yield self._fault((*path, number, field), "C03", message, hint, of_key=True)

    def _number(self, path: Path, number: str) -> Iterator[Fault]:
        if self._has_centre and number not in self._numbers:
            hint = meant(number, self._numbers)
            yield self._fault(path, "T06", f"the centre has no number {number}", hint)

    # --- steps ----------------------------------------------------------------------------------

    def _steps(self, at: Path, steps: tuple[Step, ...]) -> Iterator[Fault]:
        for number, step in enumerate(steps):
            path = (*at, number)
            for verb in ("hears", "skips_to"):
                for name in _names(getattr(step, verb)):
                    yield from self._prompt((*path, verb), name)
            if step.interrupts is not None:
                yield from self._prompt((*path, "interrupts"), step.interrupts)
            if step.is_at is not None:
                yield from self._node((*path, "is_at"), step.is_at)
            if step.follows is not None and step.follows not in self._script.routes:
                hint = meant(step.follows, self._script.routes)
                message = f"there is no route '{step.follows}'"
                yield self._fault((*path, "follows"), "T01", message, hint)

    def _prompt(self, path: Path, name: str) -> Iterator[Fault]:
        """A prompt of the flow; of another flow or library with its owner before it."""
        if name in SPOKEN_TOO or self._has_prompt(name):
            return
        known = [f"{one}" for one in self._view.source.parts.texts]
        yield self._fault(path, "P07", f"there is no prompt '{name}'", meant(name, known))

    def _has_prompt(self, name: str) -> bool:
        owner, dot, prompt = name.rpartition(".")
        if not dot:
            return self._view.prompt(name).state is not Found.MISSING
        source = self._folder.flows.get(owner) or self._folder.libraries.get(owner)
        if source is None:
            return owner in self._folder.broken
        return prompt in source.parts.texts or prompt in source.parts.sounds

    def _node(self, path: Path, name: str) -> Iterator[Fault]:
        owner, dot, node = name.rpartition(".")
        known = {view.name: view.node_names for view in views(self._folder)}
        nodes = known.get(owner if dot else self._view.name, frozenset())
        if (node if dot else name) not in nodes:
            hint = meant(node if dot else name, nodes)
            yield self._fault(path, "F09", f"there is no node '{name}'", hint)

    def _not_tested(self, at: Path, node: str, outcome: str) -> Iterator[Fault]:
        yield from self._node((*at, "node"), node)
        found = self._view.nodes.get(node)
        if found is None:
            return
        known = {*self._view.outcomes[node], *found.own, "hung_up", "too_often"}
        if outcome not in known and outcome not in KEYS:
            hint = meant(outcome, known)
            message = f"node '{node}' has no outcome '{outcome}'"
            yield self._fault((*at, "outcome"), "T04", message, hint)

    def _fault(
        self, path: Path, code: str, message: str, hint: str = "", *, of_key: bool = False
    ) -> Fault:
        return self._document.fault(path, code, message, hint, of_key=of_key)


def _names(heard: tuple[Mapping[str, Any], ...] | None) -> Iterator[str]:
    for entry in heard or ():
        yield next(iter(entry))
