"""Voice messages in memory."""

from datetime import datetime

from switchboard.ports.messages import (
    FiledMessage,
    Handling,
    Message,
    MessageSearch,
    MessageState,
    Notice,
)


class FakeMessages:
    """Keeps messages by their id."""

    def __init__(self) -> None:
        self._messages: dict[str, Message] = {}
        self._handlings: dict[str, Handling] = {}
        self._notices: dict[str, Notice] = {}

    def keep(self, message: Message) -> None:
        self._messages.setdefault(message.message_id, message)

    def list_messages(self, *, mailbox: str | None = None) -> tuple[Message, ...]:
        search = MessageSearch(mailbox, tuple(MessageState))
        return tuple(filed.message for filed in self.list_filed(search))

    def find_message(self, message_id: str) -> Message | None:
        return self._messages.get(message_id)

    def list_filed(self, search: MessageSearch) -> tuple[FiledMessage, ...]:
        filed = [self._filed(one) for one in self._messages.values()]
        filed.sort(key=lambda one: (one.message.left_at, one.message.message_id), reverse=True)
        return tuple([one for one in filed if _is_meant(one, search)][: search.at_most])

    def find_filed(self, message_id: str) -> FiledMessage | None:
        message = self._messages.get(message_id)
        return self._filed(message) if message else None

    def count_messages(self, mailbox: str) -> int:
        return len(self.list_filed(MessageSearch(mailbox)))

    def put_handling(self, message_id: str, handling: Handling) -> None:
        self._handlings[message_id] = handling

    def list_due(self, since: datetime, now: datetime, at_most: int) -> tuple[Message, ...]:
        oldest_first = sorted(
            self._messages.values(), key=lambda one: (one.left_at, one.message_id)
        )
        due = [one for one in oldest_first if one.left_at >= since and self._is_due(one, now)]
        return tuple(due[:at_most])

    def put_notice(self, notice: Notice) -> None:
        self._notices[notice.message_id] = notice

    def find_notice(self, message_id: str) -> Notice | None:
        return self._notices.get(message_id)

    def erase(self, *message_ids: str) -> int:
        for message_id in message_ids:
            self._handlings.pop(message_id, None)
            self._notices.pop(message_id, None)
        return sum(self._messages.pop(one, None) is not None for one in message_ids)

    def _filed(self, message: Message) -> FiledMessage:
        return FiledMessage(message, self._handlings.get(message.message_id, Handling()))

    def _is_due(self, message: Message, now: datetime) -> bool:
        notice = self._notices.get(message.message_id)
        return notice is None or (notice.next_at is not None and notice.next_at <= now)


def _is_meant(filed: FiledMessage, search: MessageSearch) -> bool:
    message = filed.message
    return (
        search.mailbox in (None, message.mailbox)
        and filed.handling.state in search.states
        and message.message_id.startswith(search.begins)
        and (message.from_number.startswith(search.number)
             or message.reply_to.startswith(search.number))
        and (search.since is None or message.left_at >= search.since)
        and (search.until is None or message.left_at < search.until)
    )  # fmt: skip
