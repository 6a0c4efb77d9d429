"""Voice messages, kept in the group commits of the journal (port: ``ports/messages.py``)."""

from switchboard.ports.messages import Message
from switchboard.store.changes import Change, ChangeKind
from switchboard.store.database import Database
from switchboard.store.group_commit import GroupCommit
from switchboard.store.models import MessageRow
from switchboard.store.rows import message_of, message_row


class StoredMessages:
    """The :class:`switchboard.ports.messages.Messages` of a database."""

    def __init__(self, database: Database, commits: GroupCommit) -> None:
        self._database = database
        self._commits = commits

    def keep(self, message: Message) -> None:
        """Keep it durably before returning; kept twice it stands once."""
        self._commits.take(Change(ChangeKind.MESSAGE, message_row(message)))
        self._commits.settle()

    def list_messages(self, *, mailbox: str | None = None) -> tuple[Message, ...]:
        """Messages, newest first; of one mailbox or of all."""
        query = MessageRow.select().order_by(
            MessageRow.left_at.desc(), MessageRow.message_id.desc()
        )
        if mailbox is not None:
            query = query.where(MessageRow.mailbox == mailbox)
        return self._database.read(lambda engine: tuple(map(message_of, query.bind(engine))))

    def find_message(self, message_id: str) -> Message | None:
        """The message of that id, or None."""
        query = MessageRow.select().where(MessageRow.message_id == message_id)
        row = self._database.read(lambda engine: query.bind(engine).first())
        return message_of(row) if row else None
