"""Voice messages in memory."""

from switchboard.ports.messages import Message


class FakeMessages:
    """Keeps messages by their id."""

    def __init__(self) -> None:
        self._messages: dict[str, Message] = {}

    def keep(self, message: Message) -> None:
        self._messages.setdefault(message.message_id, message)

    def list_messages(self, *, mailbox: str | None = None) -> tuple[Message, ...]:
        newest_first = sorted(
            self._messages.values(), key=lambda one: (one.left_at, one.message_id), reverse=True
        )
        return tuple(one for one in newest_first if mailbox in (None, one.mailbox))

    def find_message(self, message_id: str) -> Message | None:
        return self._messages.get(message_id)
