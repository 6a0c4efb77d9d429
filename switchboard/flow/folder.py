"""All files of one place together: who owns what, and what a name in a file refers to."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from switchboard.flow.faults import Fault
from switchboard.flow.files import Centre, FlowFile, LibraryFile
from switchboard.flow.parts import Parts
from switchboard.flow.source import Document
from switchboard.flow.spoken import STYLES


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file that has its form.

    Attributes:
        document: As it was read.
        kind: ``flow``, ``library`` or ``centre``.
        model: What it says.
        parts: Its nodes, prompts and words.
        lost: Of a centre what has faults of its own, by drawer and name: it is there all the same.
    """

    document: Document
    kind: str
    model: FlowFile | LibraryFile | Centre
    parts: Parts
    lost: frozenset[tuple[str, str]] = frozenset()

    @property
    def name(self) -> str:
        """Its own name: what stands behind its first key."""
        return str(getattr(self.model, self.kind))

    @property
    def folder(self) -> str:
        """The folder it lies in; empty at the top."""
        return self.document.file.rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class Folder:
    """The files of one place.

    Attributes:
        flows: By full name: a flow that lies in a library's folder has the library's name before
            its own.
        libraries: By name.
        centre: The centre; None when there is no such file.
        broken: Names of flows and libraries whose files have no form: they are there all the same.
    """

    flows: dict[str, SourceFile]
    libraries: dict[str, SourceFile]
    centre: SourceFile | None
    broken: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls, sources: Iterable[SourceFile], broken: Iterable[str], faults: list[Fault]
    ) -> "Folder":
        """Gather files; names that stand twice are added to *faults*.

        Args:
            sources: The files that have their form.
            broken: Names of those that have not: of each file, with and without its folder.
            faults: Where faults go.
        """
        sources = list(sources)
        twice = set(broken)
        libraries = _named(
            ((one.name, one) for one in sources if one.kind == "library"), twice, faults
        )
        centres = [one for one in sources if one.kind == "centre"]
        for other in centres[1:]:
            hint = f"the other one is {centres[0].document.file}"
            faults.append(other.document.fault(("centre",), "N06", "a second centre", hint))
        homes = {source.folder: name for name, source in libraries.items() if source.folder}
        if centres:
            # A library beside the centre is in no folder of its own.
            homes.pop(centres[0].folder, None)
        flows = _named(
            ((_full_name(one, homes), one) for one in sources if one.kind == "flow"), twice, faults
        )
        return cls(flows, libraries, centres[0] if centres else None, frozenset(twice))

    def owners(self) -> Iterator[tuple[str, SourceFile]]:
        """Yield every file that owns prompts and words, by its full name."""
        yield from self.libraries.items()
        yield from self.flows.items()

    def library_of(self, flow: str) -> str:
        """Return the library in whose folder a flow lies; empty for a flow of the centre."""
        return flow.rpartition(".")[0]

    def full_style(self, style: str, owner: str) -> str:
        """Return a style as it stands, and a word table by its full name."""
        return style if style in STYLES or "." in style else f"{owner}.{style}"


def _full_name(flow: SourceFile, homes: Mapping[str, str]) -> str:
    home = homes.get(flow.folder)
    return f"{home}.{flow.name}" if home else flow.name


def _named(
    sources: Iterable[tuple[str, SourceFile]], twice: set[str], faults: list[Fault]
) -> dict[str, SourceFile]:
    """Return files by name; a name that two of them have is a fault, and means neither."""
    found: dict[str, SourceFile] = {}
    for name, source in sources:
        if name in found:
            hint = f"the other one is {found[name].document.file}"
            message = f"a second {source.kind} '{name}'"
            faults.append(source.document.fault((source.kind,), "N06", message, hint))
            twice.add(name)
        found.setdefault(name, source)
    return {name: source for name, source in found.items() if name not in twice}
