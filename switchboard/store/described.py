"""The settings of records: how they are written."""

from datetime import time
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class RecordsSetting(BaseModel):
    """How long calls stay on record, and what is done each night.

    Attributes:
        keep_days: Days for which calls stay, with their journal and CDRs; 0: for ever.
        nightly_at: When the night's work begins, in the centre's zone: records are compared, then
            what has had its time is erased.
        log_files: Files of logs in which the night searches for secrets.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    keep_days: int = Field(default=0, ge=0)
    nightly_at: time = time(3, 30)
    log_files: tuple[Path, ...] = ()
