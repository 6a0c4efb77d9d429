"""The places whose flows the tests use, read from their files."""

from functools import lru_cache
from pathlib import Path

from switchboard.flow import Program, load
from switchboard.flow.scripts import SUFFIX, ScriptFile, read_script

SAMPLES = Path(__file__).parent / "samples"
CENTRES = ("gas_company", "parcel", "shop", "outsourced")


def files_of(place: str) -> dict[str, str]:
    """Return the files of a sample centre and of the library that all of them share."""
    return {
        file.relative_to(SAMPLES).as_posix(): file.read_text(encoding="utf-8")
        for folder in (place, "house")
        for file in sorted((SAMPLES / folder).glob("*.yaml"))
    }


@lru_cache
def program_of(place: str) -> Program:
    """Return the program of a sample centre."""
    loaded = load(files_of(place))
    assert loaded.program is not None, "\n".join(map(str, loaded.faults))
    return loaded.program


def scripts_of(place: str) -> list[ScriptFile]:
    """Return the call scripts of a sample centre."""
    scripts = []
    for name, text in files_of(place).items():
        if name.endswith(SUFFIX):
            _, script, faults = read_script(text, name)
            assert script is not None, "\n".join(map(str, faults))
            scripts.append(script)
    return scripts
