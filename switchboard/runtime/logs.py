"""Logs: one fixed message a line, its values as fields, the call's id on every line of a call.

Configured once, at the start. Python's own logging (libraries, the HTTP server) goes the same way
in the same form. Passwords never leave this module; numbers and keys of people do only where the
installation allows it.
"""

import logging
import re
from enum import StrEnum
from io import StringIO
from typing import TextIO

import structlog
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

# Fields that tell who somebody is or what somebody keyed, whichever module logs them.
PERSONAL = frozenset({
    "ani", "caller_name", "caller_number", "from_number", "reply_to", "number", "keys", "text",
})  # fmt: skip
# Fields that nobody may read, in whatever spelling they come.
SECRET = re.compile(r"passw|secret|token|credential|authorization|cookie|\bpin\b|_pin\b|\bpin_")
HIDDEN = "[hidden]"
# Enough to tell two callers of one log apart, too little to call one back.
SHOWN_DIGITS = 2


class LogForm(StrEnum):
    """How a line looks."""

    CONSOLE = "console"  # for people
    JSON = "json"  # one object a line, for machines


def configure_logs(
    level: str, form: LogForm, stream: TextIO, *, show_personal: bool = False
) -> None:
    """Send the logs of this process to *stream*; called again, the last call counts.

    Args:
        level: The least level that is written: ``debug``, ``info``, ``warning`` or ``error``.
        form: How a line looks.
        stream: Where lines go.
        show_personal: Whether fields named in :data:`PERSONAL` are written whole; else only
            their last two characters are.

    Raises:
        ValueError: there is no such level.
    """
    number = logging.getLevelNamesMapping().get(level.upper())
    if number is None:
        raise ValueError(f"{level!r} is no log level: debug, info, warning or error")
    shared = _shared_processors(show_personal=show_personal)
    structlog.configure(
        processors=[*shared, *_rendering(form, colours=stream.isatty())],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    _take_in_library_logs(number, shared, form, stream)


def hide_secrets(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """Replace every secret field."""
    return {name: HIDDEN if SECRET.search(name.lower()) else line[name] for name in line}


def mask_personal(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """Shorten every personal field to its last two characters."""
    return {name: _masked(line[name]) if name in PERSONAL else line[name] for name in line}


def _masked(value: object) -> object:
    text = str(value or "")
    if not text:
        return value
    return "…" + text[-SHOWN_DIGITS:] if len(text) > 2 * SHOWN_DIGITS else "…"


def _shared_processors(*, show_personal: bool) -> list[Processor]:
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        hide_secrets,
    ]
    return shared if show_personal else [*shared, mask_personal]


def _rendering(form: LogForm, *, colours: bool) -> list[Processor]:
    """Return the last steps. Tracebacks never show local variables: a password may be one."""
    if form is LogForm.JSON:
        faults = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        return [
            structlog.processors.ExceptionRenderer(faults),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    return [
        harmless_event,
        structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=_harmless_traceback),
    ]


def harmless_event(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """Escape what a library's message would do to a terminal, or pass off as another line."""
    return {**line, "event": _harmless(str(line.get("event", "")), kept="\t")}


def _harmless_traceback(stream: TextIO, fault: ExcInfo) -> None:
    """A fault may quote what came from outside."""
    written = StringIO()
    structlog.dev.plain_traceback(written, fault)
    stream.write(_harmless(written.getvalue(), kept="\n\t"))


def _harmless(text: str, kept: str) -> str:
    return "".join(c if c.isprintable() or c in kept else ascii(c)[1:-1] for c in text)


def _take_in_library_logs(
    level: int, shared: list[Processor], form: LogForm, stream: TextIO
) -> None:
    """Write what libraries log through Python's logging as our own lines; warnings and up."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_rendering(form, colours=stream.isatty()),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(level, logging.WARNING))
