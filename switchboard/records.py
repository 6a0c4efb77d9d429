"""Builds what looks after records at night, for the server and for commands."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from switchboard.console.metrics import PrometheusMetrics
from switchboard.media.masked import find_sound
from switchboard.media.recordings import RecordingFolder
from switchboard.ports.clock import Clock
from switchboard.ports.metrics import Metrics
from switchboard.runtime.clock import ScaledClock
from switchboard.services.comparison import Comparison, RecordsOfCalls
from switchboard.services.nightly import NightlyJob, Nights
from switchboard.services.retention import Retention
from switchboard.services.secret_search import SecretPrints, SecretSearch
from switchboard.settings import Settings
from switchboard.store.store import Store
from switchboard.voice import make_upkeep, off_the_hub

# More of a line than any record of ours has; a file without line ends is read in pieces.
LONGEST_LINE = 65_536


def make_nights(
    settings: Settings,
    clock: Clock,
    store: Store,
    comparison: Comparison,
    retention: Retention,
    zone: ZoneInfo,
) -> Nights:
    """Make the work of the night; what is compared is compared before any of it is erased."""
    jobs = (
        NightlyJob("comparison", comparison.compare, is_for_each_day=True),
        NightlyJob("retention", lambda _: retention.run()),
    )
    return Nights(store.nights, jobs, clock, settings.records.nightly_at, zone)


def make_comparison(
    settings: Settings,
    store: Store,
    zone: ZoneInfo,
    clock: Clock | None = None,
    metrics: Metrics | None = None,
    prints: SecretPrints | None = None,
) -> Comparison:
    """Make the comparison of a day; without *prints* no digits are searched for."""
    clock = clock or ScaledClock(settings.clock_speed, settings.clock_origin)
    files = RecordingFolder(settings.folder / "recordings")
    search = SecretSearch(
        calls=store.records,
        journal=store.journal,
        book=store.recordings,
        files=files,
        prints=prints or SecretPrints(),
        find_sound=_find_sound,
        list_texts=lambda: _lines(_text_files(settings)),
    )
    records = RecordsOfCalls(
        calls=store.records,
        journal=store.journal,
        search_gaps=make_upkeep(settings, store, clock).search_gaps,
        search_secrets=search.search,
        has_proof=any(node.cdrs is not None or node.token for node in settings.nodes),
    )
    return Comparison(records, store.nights, metrics or PrometheusMetrics(), clock, zone)


def _find_sound(
    file: Path, stretches: Sequence[tuple[int, int | None]]
) -> tuple[tuple[int, int], ...]:
    return off_the_hub(lambda: find_sound(file, stretches))


def _text_files(settings: Settings) -> list[Path]:
    """What lies beside the store as text: the spool, CDRs that could not be read, logs."""
    folders = [settings.folder / "spool", *(node.cdrs for node in settings.nodes if node.cdrs)]
    found = [file for folder in folders if folder.is_dir() for file in sorted(folder.rglob("*"))]
    return [file for file in (*found, *settings.records.log_files) if file.is_file()]


def _lines(files: Sequence[Path]) -> Iterator[tuple[str, str]]:
    for file in files:
        with file.open(encoding="utf-8", errors="replace") as lines:
            number = 0
            while line := lines.readline(LONGEST_LINE):
                number += 1
                yield f"{file}, line {number}", line
