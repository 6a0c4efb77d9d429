"""All files of one place together: who owns what, and what a name in a file refers to."""

from collections.abc import Iterable, Iterator
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
    """

    document: Document
    kind: str
    model: FlowFile | LibraryFile | Centre
    parts: Parts

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
        libraries: dict[str, SourceFile] = {}
        flows: dict[str, SourceFile] = {}
        centre: SourceFile | None = None
        for source in sources:
            if source.kind == "library":
                _put(libraries, source.name, source, faults)
            elif source.kind == "centre":
                if centre is not None:
                    hint = f"the other one is {centre.document.file}"
                    faults.append(
                        source.document.fault(("centre",), "N06", "a second centre", hint)
                    )
                centre = source
        homes = {source.folder: name for name, source in libraries.items() if source.folder}
        if centre is not None:
            homes.pop(centre.folder, None)  # a library beside the centre is in no folder of its own
        for source in sources:
            if source.kind == "flow":
                home = homes.get(source.folder)
                name = f"{home}.{source.name}" if home else source.name
                _put(flows, name, source, faults)
        return cls(flows, libraries, centre, frozenset(broken))

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


def _put(drawer: dict[str, SourceFile], name: str, source: SourceFile, faults: list[Fault]) -> None:
    if name in drawer:
        hint = f"the other one is {drawer[name].document.file}"
        faults.append(
            source.document.fault((source.kind,), "N06", f"a second {source.kind} '{name}'", hint)
        )
    else:
        drawer[name] = source
