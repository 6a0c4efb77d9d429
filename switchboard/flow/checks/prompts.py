"""P: prompts. Every text in every language, speaking the same values, in styles that fit them."""

from collections.abc import Iterator

from switchboard.flow.checks.views import (
    Found,
    View,
    all_prompt_refs,
    owners,
    views,
)
from switchboard.flow.faults import Fault, meant
from switchboard.flow.files import FlowFile, LibraryFile
from switchboard.flow.folder import Folder, SourceFile
from switchboard.flow.spoken import LANGUAGES, STYLES
from switchboard.flow.texts import Fixed, Hole, Text


def check(folder: Folder) -> Iterator[Fault]:
    """Yield the faults of prompts and words."""
    for source, model in owners(folder):
        for name, texts in source.parts.texts.items():
            yield from _languages(source, model, name, texts)
            yield from _same_values(source, name, texts)
            for language, text in texts.items():
                yield from _styles(folder, source, name, language, text)
        yield from _words(source, model)
    for view in views(folder):
        yield from _libraries(view)
        yield from _references(view)
        yield from _unspoken(view)


def _languages(
    source: SourceFile, model: FlowFile | LibraryFile, name: str, texts: dict[str, Text]
) -> Iterator[Fault]:
    root = source.document.get(("prompts", name))
    written = root if isinstance(root, dict) else {}
    for language in model.languages:
        if language not in written:
            hint = f'add {language}: "..."'
            yield source.document.fault(
                ("prompts", name), "P01", f"prompt '{name}' lacks {language}", hint, of_key=True
            )
    for language in texts:
        if language not in model.languages:
            hint = f"the languages are {', '.join(model.languages)}; add it there, or remove this"
            path = ("prompts", name, language)
            message = f"'{language}' is no language of the file"
            yield source.document.fault(path, "P10", message, hint, of_key=True)


def _same_values(source: SourceFile, name: str, texts: dict[str, Text]) -> Iterator[Fault]:
    spoken = {language: text.paths() for language, text in texts.items()}
    if len(set(spoken.values())) <= 1:
        return
    everywhere = frozenset.intersection(*spoken.values())
    only = [
        f"{language} alone speaks {', '.join(sorted(paths - everywhere))}"
        for language, paths in spoken.items()
        if paths - everywhere
    ]
    yield source.document.fault(
        ("prompts", name), "P05", f"the languages of '{name}' speak different values",
        "; ".join(only), of_key=True,
    )  # fmt: skip


def _styles(
    folder: Folder, source: SourceFile, name: str, language: str, text: Text
) -> Iterator[Fault]:
    holes = [part for part in text.parts if not isinstance(part, Fixed)]
    path = ("prompts", name, language)
    if holes and language not in LANGUAGES:
        hint = f"values are spoken in {', '.join(sorted(LANGUAGES))}"
        yield source.document.fault(path, "P14", f"no values are spoken in '{language}'", hint)
    for hole in holes:
        if isinstance(hole, Hole) and not _has_style(folder, source, hole.style):
            known = (*STYLES, *source.parts.words)
            hint = meant(hole.style, known)
            message = f"there is no style and no word table '{hole.style}'"
            yield source.document.fault(path, "P04", message, hint)


def _has_style(folder: Folder, source: SourceFile, style: str) -> bool:
    if style in STYLES:
        return True
    owner, dot, table = style.rpartition(".")
    if not dot:
        return style in source.parts.words
    library = folder.libraries.get(owner)
    return owner in folder.broken or (library is not None and table in library.parts.words)


def _words(source: SourceFile, model: FlowFile | LibraryFile) -> Iterator[Fault]:
    for table, rows in source.parts.words.items():
        if "other" not in rows:
            hint = "what is said for a code that nobody thought of"
            yield source.document.fault(
                ("words", table), "P06", f"word table '{table}' needs a row 'other'", hint,
                of_key=True,
            )  # fmt: skip
        for code, words in rows.items():
            for language in model.languages:
                if language not in words:
                    yield source.document.fault(
                        ("words", table, code), "P01", f"'{code}' lacks {language}",
                        f'add {language}: "..."', of_key=True,
                    )  # fmt: skip


def _libraries(view: View) -> Iterator[Fault]:
    for number, name in enumerate(view.file.uses):
        path = ("uses", number)
        library = view.folder.libraries.get(name)
        if library is None:
            if name not in view.folder.broken:
                hint = meant(name, view.folder.libraries)
                yield view.fault(path, "P13", f"there is no library '{name}'", hint)
        elif isinstance(library.model, LibraryFile):
            for language in view.file.languages:
                if language not in library.model.languages:
                    message = f"library '{name}' does not speak {language}"
                    hint = f"it speaks {', '.join(library.model.languages)}"
                    yield view.fault(path, "P15", message, hint)


def _references(view: View) -> Iterator[Fault]:
    told: set[str] = set()
    for path, name in all_prompt_refs(view):
        state = view.prompt(name).state
        library = name.rpartition(".")[0]
        if state is Found.NOT_USED and library not in told:
            told.add(library)
            hint = f"add it: uses: [{', '.join((*view.file.uses, library))}]"
            yield view.fault(path, "P13", f"the flow does not use library '{library}'", hint)
        elif state is Found.MISSING:
            yield view.fault(path, "P07", f"there is no prompt '{name}'", _meant(view, name))


def _meant(view: View, name: str) -> str:
    own = view.source.parts.texts.keys() | view.source.parts.sounds.keys()
    theirs = {
        f"{library}.{prompt}"
        for library in view.file.uses
        if library in view.folder.libraries
        for prompt in view.folder.libraries[library].parts.texts
    }
    if name in view.node_names:
        return f"'{name}' is a node; here stands a prompt"
    return meant(name, own | theirs)


def _unspoken(view: View) -> Iterator[Fault]:
    """A prompt of a flow that is never spoken is a mistake, or forgotten."""
    if view.node_names != view.nodes.keys():
        return  # a node with a fault of its own may speak it
    spoken = {name for _, name in all_prompt_refs(view)}
    for name in (*view.source.parts.texts, *view.source.parts.sounds):
        if name not in spoken:
            hint = "speak it in a node, or remove it"
            yield view.fault(
                ("prompts", name), "P08", f"prompt '{name}' is never spoken", hint, of_key=True
            )
