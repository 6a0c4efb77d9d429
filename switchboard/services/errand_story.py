"""What a call's journal says of an errand: what was asked of whom, and what came of it.

No value of a row, no path and no body stands here: they may be personal or secret. The number or
address that a message went to does: people ask for it.
"""

from switchboard.core.journal import EntryKind
from switchboard.flow.effects import (
    Answered,
    ChangeSecret,
    CheckSecret,
    CreateRow,
    Done,
    Effect,
    Failed,
    Found,
    KeepSurvey,
    LookUp,
    OpenSecret,
    Refused,
    Request,
    Resume,
    SecretChecked,
    Send,
    UpdateRow,
)

Details = dict[str, object]


def entry_of(effect: Effect, resume: Resume) -> tuple[EntryKind, Details]:
    """Return the kind and the details of an errand's journal row.

    Raises:
        ValueError: the effect is no errand.
    """
    match effect:
        case LookUp():
            rows = {"rows": len(resume.rows)} if isinstance(resume, Found) else {}
            return EntryKind.LOOKED_UP, {"source": effect.source, **rows, **_outcome(resume)}
        case CreateRow():
            return EntryKind.ROW_CREATED, {"source": effect.source, **_outcome(resume)}
        case UpdateRow():
            return EntryKind.ROW_UPDATED, {"source": effect.source, **_outcome(resume)}
        case Request():
            status = {"status": resume.status} if isinstance(resume, Answered) else {}
            whom = {"connection": effect.connection, "method": str(effect.method)}
            return EntryKind.REQUESTED, {**whom, **status, **_outcome(resume)}
        case Send():
            what: Details = {"medium": str(effect.medium), "to": effect.to}
            return EntryKind.SENT, {**what, "prompts": list(effect.prompts), **_outcome(resume)}
        case OpenSecret() | CheckSecret():
            return EntryKind.SECRET_CHECKED, {**_whose(effect), **_outcome(resume)}
        case ChangeSecret():
            return EntryKind.SECRET_CHANGED, {**_whose(effect), **_outcome(resume)}
        case KeepSurvey():
            asked: Details = {"survey": effect.survey, "questions": list(effect.answers)}
            return EntryKind.SURVEY_KEPT, {**asked, **_outcome(resume)}
    raise ValueError(f"{type(effect).__name__} is no errand")


def target_of(effect: Effect) -> str:
    """Return whom an errand asks, by a name of the settings: a label of the metrics."""
    match effect:
        case LookUp() | CreateRow() | UpdateRow():
            return f"source {effect.source}"
        case Request():
            return f"connection {effect.connection}"
        case Send():
            return str(effect.medium)
        case KeepSurvey():
            return "surveys"
    return "secrets"


def _whose(effect: OpenSecret | CheckSecret | ChangeSecret) -> Details:
    return {"secret": effect.secret, "owner": effect.owner}


def _outcome(resume: Resume) -> Details:
    match resume:
        case Failed():
            return {"outcome": "failed", "reason": resume.reason}
        case Refused():
            return {"outcome": "refused", "reason": resume.reason}
        case SecretChecked():
            return {"outcome": str(resume.state), "left": resume.left}
        case Found() | Answered() | Done() | _:
            return {"outcome": "done"}
