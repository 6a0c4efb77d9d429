"""The settings of mailboxes and recordings: how they are written, and what is made of them."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from switchboard.ports.recordings import RecordingKind
from switchboard.services.call_recording import ConsentMoment, RecordingRule, RecordingRules
from switchboard.services.mailbox_phone import PinPolicy
from switchboard.services.mailboxes import MailboxRule, MailboxRules


def _percent(value: Any) -> int:  # noqa: ANN401 - whatever stands in the file
    """``all``, ``none``, or a share such as ``10%``."""
    text = str(value)
    if text in ("all", "none"):
        return 100 if text == "all" else 0
    if not re.fullmatch(r"(100|[0-9]{1,2})%", text):
        raise ValueError("write all, none, or a share such as 10%")
    return int(text[:-1])


def _prompt(text: str) -> str:
    if text and not re.fullmatch(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){1,2}", text):
        raise ValueError(f"{text!r} is no full name of a prompt, such as house.recorded")
    return text


Share = Annotated[int, BeforeValidator(_percent)]
Number = Annotated[str, Field(pattern=r"^[0-9*#+]{1,20}$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BoxSetting(_Part):
    """How one mailbox is kept; see :class:`switchboard.services.mailboxes.MailboxRule`."""

    number: str = Field(default="", pattern=r"^[0-9]{0,12}$")
    notify: tuple[Annotated[str, Field(pattern=r"^[^\s@]+@[^\s@]+$")], ...] = ()
    most: int = Field(default=500, ge=1)
    keep_days: int = Field(default=90, ge=0)
    language: Literal["", "zh", "en"] = ""

    def rule(self) -> MailboxRule:
        """Return the rule it describes."""
        return MailboxRule(self.number, self.notify, self.most, self.keep_days, self.language)


class MailboxesSetting(_Part):
    """How the mailboxes are kept.

    Attributes:
        phone: The number that people dial to hear their messages; empty: there is none.
        attempts: So many wrong PINs in a row lock.
        lock_minutes: How long.
        usual: What holds for a mailbox that is not named.
        boxes: By mailbox.
    """

    phone: Number | Literal[""] = ""
    attempts: int = Field(default=3, ge=1, le=10)
    lock_minutes: int = Field(default=30, ge=1)
    usual: BoxSetting = BoxSetting()
    boxes: dict[str, BoxSetting] = {}

    def rules(self, language: str) -> MailboxRules:
        """Return the rules they describe; *language* is the centre's first."""
        boxes = {name: box.rule() for name, box in self.boxes.items()}
        return MailboxRules(boxes, self.usual.rule(), language)

    def pins(self) -> PinPolicy:
        """Return how PINs lock."""
        return PinPolicy(self.attempts, self.lock_minutes * 60_000)


class PromptsSetting(_Part):
    """How prompts are recorded by phone.

    Attributes:
        phone: The number that people dial to record prompts; empty: there is none.
        attempts: So many wrong PINs in a row lock.
        lock_minutes: How long.
    """

    phone: Number | Literal[""] = ""
    attempts: int = Field(default=3, ge=1, le=10)
    lock_minutes: int = Field(default=30, ge=1)

    def pins(self) -> PinPolicy:
        """Return how the PIN locks."""
        return PinPolicy(self.attempts, self.lock_minutes * 60_000)


class RecordingSetting(_Part):
    """Which calls are recorded.

    Attributes:
        record: ``all``, ``none``, or a share such as ``10%``.
        consent: Full name of the prompt that is said before; empty: none.
        consent_again: When it is said once more: ``resume`` (behind a masked stretch),
            ``transfer`` (somebody else comes on the line).
    """

    record: Share = 0
    consent: Annotated[str, AfterValidator(_prompt)] = ""
    consent_again: tuple[ConsentMoment, ...] = ()

    def rule(self) -> RecordingRule:
        """Return the rule it describes."""
        return RecordingRule(self.record, self.consent, frozenset(self.consent_again))


class RecordingsSetting(RecordingSetting):
    """How calls are recorded, and for how long recordings are kept.

    Attributes:
        numbers: By number dialled; any other number has what stands above.
        compact: Whether recordings of calls are brought to MP3 in the background.
        keep_days: Days for which recordings of calls are kept; 0: for ever.
    """

    numbers: dict[Number, RecordingSetting] = {}
    compact: bool = True
    keep_days: int = Field(default=180, ge=0)

    def rules(self) -> RecordingRules:
        """Return the rules they describe."""
        numbers = {number: one.rule() for number, one in self.numbers.items()}
        return RecordingRules(numbers, self.rule())

    def days(self) -> dict[RecordingKind, int]:
        """Return how many days recordings are kept, by kind; one that is not here stays."""
        return {RecordingKind.CALL: self.keep_days} if self.keep_days else {}
