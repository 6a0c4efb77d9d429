"""What a call's journal says of the nodes that its flow passed, and of what its caller answered.

Faults are not told here: the call itself counts them.
"""

from collections.abc import Iterable

from switchboard.core.journal import EntryKind
from switchboard.flow import Entered, Left, SpeechFault
from switchboard.flow.effects import Keyed, KeyedSecret, Recorded, Resume, Silent
from switchboard.services.story import Story


def tell_passed(story: Story, trace: Iterable[Entered | Left | SpeechFault]) -> tuple[str, ...]:
    """Write down each node entered and left; return a sentence for each thing not said."""
    faults = []
    for passed in trace:
        match passed:
            case Entered():
                story.tell(
                    EntryKind.NODE_ENTERED, flow=passed.flow, node=passed.node, kind=passed.kind
                )
            case Left():
                story.tell(
                    EntryKind.NODE_LEFT,
                    flow=passed.flow, node=passed.node, outcome=passed.outcome, to=passed.to,
                )  # fmt: skip
            case SpeechFault():
                faults.append(f"{passed.flow}.{passed.node}: {passed.reason}")
    return tuple(faults)


def tell_answer(story: Story, resume: Resume) -> None:
    """Write down what the caller did; a secret is told by its having been keyed alone."""
    match resume:
        case KeyedSecret():
            story.tell(EntryKind.KEYS, keys="a secret", ended_by="")
        case Keyed():
            story.tell(EntryKind.KEYS, keys=resume.keys, ended_by=resume.ended_by)
        case Silent():
            story.tell(EntryKind.SILENCE)
        case Recorded():
            story.tell(
                EntryKind.RECORDED,
                recording_id=resume.recording_id,
                duration_ms=resume.duration_ms,
                ended_by=resume.ended_by,
            )
