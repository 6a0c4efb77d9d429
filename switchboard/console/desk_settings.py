"""The settings of agents and supervisors at phones: how they are written, what is made of them."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from switchboard.services.mailbox_phone import PinPolicy
from switchboard.services.monitoring import Warn

Number = Annotated[str, Field(pattern=r"^[0-9*#]{1,20}$")]


class AgentsSetting(BaseModel):
    """What agents and supervisors do by phone.

    Attributes:
        phone: The number that agents dial to sign in, out, for a break; empty: there is none.
        monitor_phone: The number that supervisors dial to listen; empty: there is none.
        breaks: Kinds of break by the key that names them.
        attempts: So many wrong PINs in a row lock.
        lock_minutes: How long.
        warn: How an agent is told that a supervisor listens: not at all, a tone, a sentence.
        own_wrap_up_s: Work after a call that an agent made, in seconds.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    phone: Number | Literal[""] = ""
    monitor_phone: Number | Literal[""] = ""
    breaks: dict[Annotated[str, Field(pattern=r"^[0-9]$")], str] = {
        "1": "rest",
        "2": "meal",
        "3": "training",
        "4": "work",
    }
    attempts: int = Field(default=3, ge=1, le=10)
    lock_minutes: int = Field(default=30, ge=1)
    warn: Warn = Warn.NOT
    own_wrap_up_s: int = Field(default=0, ge=0, le=3600)

    def pins(self) -> PinPolicy:
        """Return how PINs lock."""
        return PinPolicy(self.attempts, self.lock_minutes * 60_000)
