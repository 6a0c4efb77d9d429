"""The agent beside a FreeSWITCH on another machine: mirrors sounds to it, brings what it wrote.

Files lie at the same absolute paths on both machines, so that a path in a command means the same to
either. Nothing is removed here before the server has it; a server that is away is asked again at
the next round.
"""

import os
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import orjson
import structlog
import urllib3

from switchboard.ports.shelves import ShelvedSound

log = structlog.get_logger(__name__)

WITHIN_S = 30.0
# FreeSWITCH writes to a file that it records at least once a second.
CLOSED_AFTER_S = 5.0
DELIVERED = ".delivered"
RECORDING = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class ServerAway(Exception):  # noqa: N818 - a state of the world
    """The server does not answer, or not as it should; says how."""


class NodeAgent:
    """Looks after the files of one node.

    Args:
        server: Address of the server's HTTP door, ``https://host``.
        token: The node's secret.
        sounds: Folders that are mirrored; a sound elsewhere is left out.
        recordings: The folder of recordings.
        cdrs: Where mod_json_cdr writes.
    """

    def __init__(
        self, server: str, token: str, sounds: tuple[Path, ...], recordings: Path, cdrs: Path
    ) -> None:
        self._server = server.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}", "User-Agent": "switchboard node"}
        self._pool = urllib3.PoolManager(maxsize=1, retries=False)
        self._sounds = tuple(folder.absolute() for folder in sounds)
        self._recordings = recordings.absolute()
        self._cdrs = cdrs.absolute()

    def go_round(self) -> None:
        """Do everything once.

        Raises:
            ServerAway: not all could be done.
        """
        self.make_day_folders(datetime.now(UTC))
        self.mirror_sounds()
        self.deliver_cdrs()
        self.deliver_recordings()

    def make_day_folders(self, now: datetime) -> None:
        """Make the folders of today and tomorrow: FreeSWITCH records into none that is not there.

        They are of UTC, as the server names them, and a day around it for a clock that is off.
        """
        for days in (-1, 0, 1):
            day = now + timedelta(days=days)
            folder = self._recordings / f"{day:%Y}" / f"{day:%m}" / f"{day:%d}"
            folder.mkdir(parents=True, exist_ok=True)

    def mirror_sounds(self) -> int:
        """Fetch every sound that is new or has changed; return how many.

        Raises:
            ServerAway: not all could be fetched.
        """
        listed = orjson.loads(self._ask("GET", "/node/sounds"))
        wanted = [ShelvedSound(**one) for one in listed]
        fetched = 0
        for sound in wanted:
            place = Path(sound.path)
            if self._is_ours(place) and not _is_current(place, sound):
                self._fetch(sound, place)
                fetched += 1
        return fetched

    def deliver_cdrs(self) -> int:
        """Bring every CDR that is whole, and remove it here; return how many."""
        delivered = 0
        for file in sorted(self._cdrs.glob("*.cdr.json")):
            content = file.read_bytes()
            if _is_json(content):
                self._ask("PUT", "/node/cdrs", content)
                file.unlink()
                delivered += 1
        return delivered

    def deliver_recordings(self) -> int:
        """Bring every recording that is closed, once; return how many.

        The file stays: a message may be played from here. A note beside it says that it is there.
        """
        delivered = 0
        for file in self._list_closed():
            try:
                self._ask("PUT", f"/node/recordings/{file.stem}", file.read_bytes())
            except _NotThere:
                log.warning("a recording that the server does not know", file=str(file))
                continue
            file.with_suffix(DELIVERED).touch()
            delivered += 1
        return delivered

    # --- inside -------------------------------------------------------------------------------

    def _list_closed(self) -> Iterator[Path]:
        for file in sorted(self._recordings.glob("[0-9]*/[0-9]*/[0-9]*/*.wav")):
            age_s = time.time() - file.stat().st_mtime
            is_new = not file.with_suffix(DELIVERED).exists()
            if is_new and age_s > CLOSED_AFTER_S and RECORDING.fullmatch(file.stem):
                yield file

    def _is_ours(self, place: Path) -> bool:
        return ".." not in place.parts and any(
            place.is_relative_to(folder) for folder in self._sounds
        )

    def _fetch(self, sound: ShelvedSound, place: Path) -> None:
        content = self._ask("GET", f"/node/sound?{urlencode({'path': sound.path})}")
        place.parent.mkdir(parents=True, exist_ok=True)
        unfinished = place.with_suffix(".unfinished")
        unfinished.write_bytes(content)
        os.utime(unfinished, ns=(sound.changed_us * 1000, sound.changed_us * 1000))
        unfinished.replace(place)

    def _ask(self, method: str, path: str, body: bytes | None = None) -> bytes:
        try:
            reply = self._pool.request(
                method,
                self._server + path,
                body=body,
                headers=self._headers,
                timeout=urllib3.Timeout(total=WITHIN_S),
                redirect=False,
            )
        except urllib3.exceptions.HTTPError as fault:
            raise ServerAway(f"{self._server} does not answer ({type(fault).__name__})") from fault
        if reply.status == 404:
            raise _NotThere(f"{path}: not there")
        if reply.status >= 300:
            remedy = ": is the token the one in the server's settings?" * (reply.status == 401)
            raise ServerAway(f"{self._server}{path} answers {reply.status}{remedy}")
        return reply.data


class _NotThere(ServerAway):
    """The server knows no such thing."""


def _is_current(place: Path, sound: ShelvedSound) -> bool:
    if not place.is_file():
        return False
    about = place.stat()
    return about.st_size == sound.size and about.st_mtime_ns // 1000 == sound.changed_us


def _is_json(content: bytes) -> bool:
    try:
        orjson.loads(content)
    except orjson.JSONDecodeError:
        return False  # still being written; one that is cut for ever stays here, for a person
    return True
