"""`language`: from here on another language is spoken."""

from pydantic import Field

from switchboard.flow.here import Here
from switchboard.flow.kind import Kind, Leave, Move
from switchboard.flow.nodes import NodeModel
from switchboard.flow.things import LanguageName


class Language(NodeModel):
    """From here on the caller is spoken to in this language, in every flow of the call.

    A language that is unknown, or none of the flow's, changes nothing.
    """

    language: LanguageName = Field(description="A language of the flow.")


def _enter(here: Here[Language]) -> Move:
    language = here.value(here.model.language)
    if language in here.flow.languages:
        here.speak(language)
    return Leave("done")


KIND = Kind(
    verb="language",
    model=Language,
    enter=_enter,
    outcomes=("done",),
    example="""
  in_english: {language: en, then: welcome}
""",
)
