"""The folders of a FreeSWITCH of our own, and the command that starts it in them.

Every folder that FreeSWITCH writes to is named to it, so that it never touches those of another
FreeSWITCH on the machine.
"""

from dataclasses import dataclass
from pathlib import Path

from switchboard.switch.plain_values import PATH, PATH_REMEDY, demand


@dataclass(frozen=True, slots=True)
class FreeSwitchLayout:
    """The folders of one FreeSWITCH of our own, all below *root*."""

    root: Path

    def __post_init__(self) -> None:
        demand(PATH, "folder", str(self.root), PATH_REMEDY)

    @property
    def conf(self) -> Path:
        """The rendered configuration."""
        return self.root / "conf"

    @property
    def log(self) -> Path:
        """``freeswitch.log``."""
        return self.root / "log"

    @property
    def db(self) -> Path:
        """FreeSWITCH's own databases."""
        return self.root / "db"

    @property
    def run(self) -> Path:
        """``freeswitch.pid``."""
        return self.root / "run"

    @property
    def cdrs(self) -> Path:
        """``UUID.cdr.json``, one for each leg, until the server takes it in."""
        return self.root / "cdrs"

    @property
    def recordings(self) -> Path:
        """Where a recording with a relative name would go."""
        return self.root / "recordings"

    @property
    def certs(self) -> Path:
        """``wss.pem`` and ``dtls-srtp.pem``; FreeSWITCH makes what is missing."""
        return self.root / "certs"

    @property
    def scratch(self) -> Path:
        """What FreeSWITCH may lose: temporary files, caches, storage."""
        return self.root / "scratch"

    @property
    def folders(self) -> tuple[Path, ...]:
        """Every folder that must exist before FreeSWITCH starts."""
        return (
            self.conf, self.log, self.db, self.run, self.cdrs, self.recordings, self.certs,
            self.scratch,
        )  # fmt: skip

    def command(self, binary: Path | str) -> tuple[str, ...]:
        """Return the command that starts *binary* in the foreground with these folders only."""
        scratch = ("temp", "storage", "cache", "scripts", "htdocs", "grammar")
        places = {
            "conf": self.conf, "log": self.log, "db": self.db, "run": self.run,
            "recordings": self.recordings, "certs": self.certs,
            **dict.fromkeys(scratch, self.scratch),
        }  # fmt: skip
        options = [text for name, folder in places.items() for text in (f"-{name}", str(folder))]
        return (str(binary), "-nf", "-nc", "-nonat", *options)
