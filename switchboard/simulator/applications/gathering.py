"""``play_and_get_digits``: its tries, its time-outs, and the half-truths of its variables.

``read_result`` speaks of the last try's reading, not of whether the answer fitted; what did not
fit stands in ``VARIABLE_invalid``; a caller who hangs up midway leaves what was keyed in VARIABLE.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from switchboard.simulator.applications.playing import Played, play
from switchboard.simulator.applications.registry import application
from switchboard.simulator.executors import Rest
from switchboard.simulator.ticks import ticks_of
from switchboard.simulator.transfers import transfer

if TYPE_CHECKING:
    from switchboard.simulator.executors import Executor

SHORTEST_TIMEOUT_MS = 1000  # play_and_get_digits takes no less


class Read(Enum):
    """How a reading ended."""

    SUCCESS = auto()
    TIMEOUT = auto()
    TOO_SHORT = auto()
    FAILURE = auto()


@dataclass(frozen=True)
class Question:
    """The arguments of ``play_and_get_digits``."""

    shortest: int
    longest: int
    tries: int
    timeout_ms: int
    terminators: str
    prompt: str
    complaint: str
    variable: str
    pattern: str
    digit_timeout_ms: int
    on_failure: str


def parse_question(argument: str) -> Question:
    """Parse the argument: words by spaces, what is missing has the switch's default."""
    words = argument.split()
    words += [""] * (11 - len(words))
    numbers = [int(word) if word.lstrip("-").isdigit() else 0 for word in words[:4]]
    shortest = max(0, numbers[0])
    return Question(
        shortest=shortest,
        longest=max(shortest, numbers[1]),
        tries=numbers[2],
        timeout_ms=max(SHORTEST_TIMEOUT_MS, numbers[3]),
        terminators=words[4] or "#",
        prompt=words[5],
        complaint=words[6],
        variable=words[7],
        pattern=words[8],
        digit_timeout_ms=int(words[9]) if words[9].isdigit() else 0,
        on_failure=" ".join(words[10:]).strip(),
    )


@application("play_and_get_digits")
def play_and_get_digits(executor: "Executor", argument: str) -> None:
    """Ask, read digits, and ask again until they fit or the tries are spent."""
    question = parse_question(argument)
    variables = executor.channel.variables
    invalid = f"{question.variable}_invalid"
    if question.pattern and question.variable:
        variables.set(invalid, None)
    for _ in range(question.tries):
        read, digits = _read(executor, question)
        if read is Read.TIMEOUT and len(digits) >= question.shortest:
            read = Read.SUCCESS
        if not digits and not question.shortest and variables.get("read_terminator_used"):
            return
        if read is Read.SUCCESS and digits:
            if not question.pattern or re.search(question.pattern, digits):
                return
            variables.set(question.variable, None)
            variables.set(invalid, digits)
        if not executor.channel.is_ready:
            return
        play(executor, question.complaint, lambda _: False)
    if question.on_failure:
        transfer(executor, *question.on_failure.split()[:3])


def _read(executor: "Executor", question: Question) -> tuple[Read, str]:
    """Play the prompt and read digits; write what the switch writes."""
    variables = executor.channel.variables
    variables.set("read_result", None)
    variables.set(question.variable, None)
    keys: list[str] = []
    if question.prompt and question.prompt.lower() != "silence":
        ended = play(executor, question.prompt, lambda key: _keep(keys, key))
        if ended in {Played.NOT_FOUND, Played.GONE}:
            return Read.FAILURE, ""
    read, terminator = _collect(executor, question, keys)
    digits = "".join(keys)
    if terminator:
        variables.set("read_terminator_used", terminator)
    if len(digits) < question.shortest:
        read = Read.TOO_SHORT
    results = {Read.SUCCESS: "success", Read.TIMEOUT: "timeout"}
    variables.set("read_result", results.get(read, "failure"))
    if question.longest == 1 and digits and digits in question.terminators:
        digits = ""
    if digits:
        variables.set(question.variable, digits)
    return read, digits


def _keep(keys: list[str], key: str) -> bool:
    keys.append(key)
    return True


def _collect(executor: "Executor", question: Question, keys: list[str]) -> tuple[Read, str]:
    """Read further keys into *keys*; returns how it ended and the terminator, if one came."""
    if keys and keys[0] in question.terminators and question.longest > 1:
        return Read.SUCCESS, keys.pop()
    between_ms = question.digit_timeout_ms or question.timeout_ms
    wait_ms = between_ms if keys else question.timeout_ms
    while len(keys) < question.longest:
        ended = executor.rest(executor.node.ticks.now + ticks_of(wait_ms))
        if ended is Rest.TIME:
            return Read.TIMEOUT, ""
        if ended is not Rest.KEY:
            return Read.FAILURE, ""
        key = executor.read_key()
        if key in question.terminators:
            return Read.SUCCESS, key
        keys.append(key)
        wait_ms = between_ms
    return (Read.SUCCESS if executor.channel.is_ready else Read.FAILURE), ""
