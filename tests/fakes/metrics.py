"""Metrics that a test can read: what was told, in order."""

from collections import Counter


class FakeMetrics:
    """Keeps :class:`switchboard.ports.metrics.Metrics`.

    Attributes:
        told: Everything in order: the method's name and what it was given.
        counted: How often each method was called.
        levels: The last value of what has a level: ``calls_live``, ``spool_length``, each node.
    """

    def __init__(self) -> None:
        self.told: list[tuple[str, tuple[object, ...]]] = []
        self.counted: Counter[str] = Counter()
        self.levels: dict[str, float] = {}

    def call_offered(self) -> None:
        self._tell("call_offered")

    def call_answered(self) -> None:
        self._tell("call_answered")

    def call_refused(self, reason: str) -> None:
        self._tell("call_refused", reason)

    def call_ended(self, duration_s: float) -> None:
        self._tell("call_ended", duration_s)

    def calls_live(self, count: int) -> None:
        self.levels["calls_live"] = count
        self._tell("calls_live", count)

    def call_taken_up(self) -> None:
        self._tell("call_taken_up")

    def message_kept(self, mailbox: str) -> None:
        self._tell("message_kept", mailbox)

    def prompt_spoken(self, language: str, took_s: float) -> None:
        self._tell("prompt_spoken", language, took_s)

    def prompt_failed(self, language: str) -> None:
        self._tell("prompt_failed", language)

    def flow_fault(self, flow: str) -> None:
        self._tell("flow_fault", flow)

    def errand_ended(self, target: str, took_s: float, *, failed: bool) -> None:
        self._tell("errand_ended", target, took_s, failed)

    def socket_lost(self) -> None:
        self._tell("socket_lost")

    def event_socket(self, node: str, *, connected: bool) -> None:
        self.levels[node] = connected
        self._tell("event_socket", node, connected)

    def cdrs_taken_in(self, count: int) -> None:
        self._tell("cdrs_taken_in", count)

    def day_faults(self, kind: str, count: int) -> None:
        self.levels[kind] = count
        self._tell("day_faults", kind, count)

    def corrected(self, kind: str) -> None:
        self._tell("corrected", kind)

    def agents_stuck(self, count: int) -> None:
        self.levels["agents_stuck"] = count
        self._tell("agents_stuck", count)

    def spool_length(self, entries: int) -> None:
        self.levels["spool_length"] = entries
        self._tell("spool_length", entries)

    def hub_late(self, late_s: float) -> None:
        self._tell("hub_late", late_s)

    def _tell(self, name: str, *values: object) -> None:
        self.told.append((name, values))
        self.counted[name] += 1
