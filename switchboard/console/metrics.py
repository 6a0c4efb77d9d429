"""The house's metrics for Prometheus: sums and levels in memory, printed when somebody scrapes.

One registry of our own; nothing is global, so that two servers in one process never mix.
``docs/metrics.md`` says what each one means; a test compares the two.
"""

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)

# Call lengths from a hang-up in the greeting to an hour; prompts from a cached engine to its
# limit; hub lag from what nobody hears (1 ms) over what delays a prompt (20 ms) to a stall.
CALL_BUCKETS_S = (2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600)
SPEECH_BUCKETS_S = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
LAG_BUCKETS_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5)


class PrometheusMetrics:
    """Keeps :class:`switchboard.ports.metrics.Metrics`."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._described: dict[str, tuple[str, str, str]] = {}
        self._make_call_metrics()
        self._make_machine_metrics()

    def page(self) -> tuple[bytes, str]:
        """Return every metric in Prometheus's text format, and that format's media type."""
        return generate_latest(self.registry), CONTENT_TYPE_LATEST

    def call_offered(self) -> None:
        """A call came in."""
        self._offered.inc()

    def call_answered(self) -> None:
        """A call was answered."""
        self._answered.inc()

    def call_refused(self, reason: str) -> None:
        """A call was refused before answer."""
        self._refused.labels(reason).inc()

    def call_ended(self, duration_s: float) -> None:
        """A call has ended."""
        self._duration.observe(duration_s)

    def calls_live(self, count: int) -> None:
        """So many calls are owned by this server now."""
        self._live.set(count)

    def call_taken_up(self) -> None:
        """A call went on from its saved run."""
        self._taken_up.inc()

    def message_kept(self, mailbox: str) -> None:
        """A caller's message was put into a mailbox."""
        self._messages.labels(mailbox).inc()

    def prompt_spoken(self, language: str, took_s: float) -> None:
        """The speech engine spoke one text."""
        self._spoken.labels(language).observe(took_s)

    def prompt_failed(self, language: str) -> None:
        """The speech engine could not speak a text."""
        self._unspoken.labels(language).inc()

    def flow_fault(self, flow: str) -> None:
        """A flow met something that it could not handle."""
        self._faults.labels(flow).inc()

    def errand_ended(self, target: str, took_s: float, *, failed: bool) -> None:
        """Something asked of the world beside a call has ended."""
        self._errands.labels(target).observe(took_s)
        if failed:
            self._errands_failed.labels(target).inc()

    def socket_lost(self) -> None:
        """A call's own socket closed though the call goes on."""
        self._sockets_lost.inc()

    def event_socket(self, node: str, *, connected: bool) -> None:
        """The inbound event socket of a node was connected or lost."""
        self._connected.labels(node).set(connected)
        if connected:
            self._connections.labels(node).inc()

    def cdrs_taken_in(self, count: int) -> None:
        """So many new CDRs were taken in."""
        self._cdrs.inc(count)

    def day_faults(self, kind: str, count: int) -> None:
        """The last day that was compared has so many faults of a kind."""
        self._day_faults.labels(kind).set(count)

    def corrected(self, kind: str) -> None:
        """Something that was believed of a call or an agent was not so, and is mended."""
        self._corrections.labels(kind).inc()

    def agents_stuck(self, count: int) -> None:
        """So many agents ring or wrap up longer than they may."""
        self._stuck.set(count)

    def spool_length(self, entries: int) -> None:
        """So many journal entries wait for the store."""
        self._spool.set(entries)

    def hub_late(self, late_s: float) -> None:
        """The event loop ran late."""
        self._lag.observe(late_s)

    def described(self) -> dict[str, tuple[str, str, str]]:
        """Return each metric's kind, label (empty: none) and meaning, by its name."""
        return dict(self._described)

    def _counter(self, name: str, about: str, label: str = "") -> Counter:
        name = self._describe(name, "counter", label, about)
        return Counter(name, about, [label] if label else [], registry=self.registry)

    def _gauge(self, name: str, about: str, label: str = "") -> Gauge:
        name = self._describe(name, "gauge", label, about)
        return Gauge(name, about, [label] if label else [], registry=self.registry)

    def _histogram(
        self, name: str, about: str, buckets: tuple[float, ...], label: str = ""
    ) -> Histogram:
        name = self._describe(name, "histogram", label, about)
        labels = [label] if label else []
        return Histogram(name, about, labels, buckets=buckets, registry=self.registry)

    def _describe(self, name: str, kind: str, label: str, about: str) -> str:
        full_name = f"switchboard_{name}"
        self._described[full_name] = (kind, label, about)
        return full_name

    def _make_call_metrics(self) -> None:
        self._offered = self._counter("calls_offered", "Calls that came in.")
        self._answered = self._counter("calls_answered", "Calls that were answered.")
        self._refused = self._counter(
            "calls_refused", "Calls refused before answer, by reason.", "reason"
        )
        self._duration = self._histogram(
            "call_duration_seconds", "From a call's offer to its end.", CALL_BUCKETS_S
        )
        self._live = self._gauge("calls_live", "Calls owned by this server now.")
        self._taken_up = self._counter("calls_taken_up", "Calls that went on from a saved run.")
        self._messages = self._counter(
            "messages_kept", "Messages that callers left, by mailbox.", "mailbox"
        )
        self._faults = self._counter("flow_faults", "What flows could not handle, by flow.", "flow")
        self._corrections = self._counter(
            "corrections", "What was believed and was not so, by kind; mended.", "kind"
        )
        self._stuck = self._gauge(
            "agents_stuck", "Agents who ring or wrap up longer than they may: hoped to stay 0."
        )
        self._cdrs = self._counter("cdrs_taken_in", "CDRs of FreeSWITCH that were taken in.")

    def _make_machine_metrics(self) -> None:
        self._spoken = self._histogram(
            "prompt_spoken_seconds",
            "Time to speak one text, by language.",
            SPEECH_BUCKETS_S,
            "language",
        )
        self._unspoken = self._counter(
            "prompts_failed", "Texts that could not be spoken, by language.", "language"
        )
        self._errands = self._histogram(
            "errand_seconds", "Time that the world beside a call took.", SPEECH_BUCKETS_S, "target"
        )
        self._errands_failed = self._counter(
            "errands_failed", "What the world beside a call could not do.", "target"
        )
        self._sockets_lost = self._counter(
            "sockets_lost", "Sockets of calls that closed though the call goes on."
        )
        self._connected = self._gauge(
            "event_socket_connected", "1 while a node's event socket is connected.", "node"
        )
        self._connections = self._counter(
            "event_socket_connections", "Times a node's event socket was connected.", "node"
        )
        self._spool = self._gauge(
            "spool_entries", "Journal entries that wait beside the store for it to come back."
        )
        self._day_faults = self._gauge(
            "day_faults", "What to look at in the records of the last day compared.", "kind"
        )
        self._lag = self._histogram(
            "hub_lag_seconds", "How late the event loop ran, ten times a second.", LAG_BUCKETS_S
        )
