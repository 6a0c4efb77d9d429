"""Voice messages, kept in the group commits of the journal (port: ``ports/messages.py``)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import peewee

from switchboard.ports.messages import (
    FiledMessage,
    Handling,
    Message,
    MessageSearch,
    MessageState,
    Notice,
)
from switchboard.store.changes import Change, ChangeKind
from switchboard.store.database import Database
from switchboard.store.fields import clean, from_us, to_us
from switchboard.store.group_commit import GroupCommit
from switchboard.store.models import HandlingRow, MessageRow, NoticeRow
from switchboard.store.prefixes import begins
from switchboard.store.rows import message_of, message_row
from switchboard.store.statements import put_in_place

STATE = peewee.fn.COALESCE(HandlingRow.state, str(MessageState.NEW))


class StoredMessages:
    """The :class:`switchboard.ports.messages.Messages` of a database."""

    def __init__(self, database: Database, commits: GroupCommit) -> None:
        self._database = database
        self._commits = commits

    def keep(self, message: Message) -> None:
        """Keep it durably before returning; kept twice it stands once."""
        self._commits.take(Change(ChangeKind.MESSAGE, message_row(message)))
        self._commits.settle()

    # --- finding ------------------------------------------------------------------------------

    def list_messages(self, *, mailbox: str | None = None) -> tuple[Message, ...]:
        """Messages, newest first; of one mailbox or of all."""
        filed = self.list_filed(MessageSearch(mailbox, tuple(MessageState)))
        return tuple(one.message for one in filed)

    def find_message(self, message_id: str) -> Message | None:
        """The message of that id, or None."""
        filed = self.find_filed(message_id)
        return filed.message if filed else None

    def list_filed(self, search: MessageSearch) -> tuple[FiledMessage, ...]:
        """Messages with what has been done with them, newest first."""
        return self._database.read(lambda engine: _list_filed(engine, search))

    def find_filed(self, message_id: str) -> FiledMessage | None:
        """The message of that id, or None."""
        query = _filed().where(MessageRow.message_id == message_id)
        row = self._database.read(lambda engine: query.bind(engine).first())
        return _filed_of(row) if row else None

    def count_messages(self, mailbox: str) -> int:
        """How many messages lie in a mailbox; deleted ones do not count."""
        query = _filed().where(
            MessageRow.mailbox == clean(mailbox), str(MessageState.DELETED) != STATE
        )
        return int(self._database.read(lambda engine: query.bind(engine).count()))

    # --- what is done with them ---------------------------------------------------------------

    def put_handling(self, message_id: str, handling: Handling) -> None:
        """Write what has been done with a message, in place of what stood; durable on return."""
        row: dict[str, Any] = {
            "message_id": message_id,
            "state": str(handling.state),
            "note": clean(handling.note),
            "answer_id": handling.answer_id,
            "handled_by": clean(handling.by),
            "changed_at": None if handling.changed_at is None else to_us(handling.changed_at),
        }
        self._database.write(lambda engine: put_in_place(engine, HandlingRow, [row]))

    def erase(self, *message_ids: str) -> int:
        """Forget messages with all that stands beside them; return how many there were."""

        def forget(engine: peewee.Database) -> int:
            for beside in (HandlingRow, NoticeRow):
                beside.delete().where(beside.message_id.in_(message_ids)).execute(engine)
            query = MessageRow.delete().where(MessageRow.message_id.in_(message_ids))
            return int(query.execute(engine))

        return self._database.write(forget)

    # --- notices ------------------------------------------------------------------------------

    def list_due(self, since: datetime, now: datetime, at_most: int) -> tuple[Message, ...]:
        """Messages left at or after *since* whose notice is due, oldest first."""
        query = (
            MessageRow.select()
            .join(
                NoticeRow,
                peewee.JOIN.LEFT_OUTER,
                on=(NoticeRow.message_id == MessageRow.message_id),
            )
            .where(
                MessageRow.left_at >= since,
                NoticeRow.message_id.is_null() | (NoticeRow.next_at <= now),
            )
            .order_by(MessageRow.left_at, MessageRow.message_id)
            .limit(at_most)
        )
        return self._database.read(lambda engine: tuple(map(message_of, query.bind(engine))))

    def put_notice(self, notice: Notice) -> None:
        """Write how far a notice has come, in place of what stood."""
        row: dict[str, Any] = {
            "message_id": notice.message_id,
            "tries": notice.tries,
            "next_at": None if notice.next_at is None else to_us(notice.next_at),
            "reason": clean(notice.reason),
        }
        self._database.write(lambda engine: put_in_place(engine, NoticeRow, [row]))

    def find_notice(self, message_id: str) -> Notice | None:
        """How far the notice about a message has come; None when it was never tried."""
        query = NoticeRow.select().where(NoticeRow.message_id == message_id)
        row = self._database.read(lambda engine: query.bind(engine).first())
        return Notice(row.message_id, row.tries, row.next_at, row.reason) if row else None


def _filed() -> "peewee.ModelSelect[MessageRow]":
    beside = (HandlingRow.state, HandlingRow.note, HandlingRow.answer_id, HandlingRow.handled_by)
    return (
        MessageRow.select(MessageRow, *beside, HandlingRow.changed_at.alias("handled_at"))
        .join(
            HandlingRow,
            peewee.JOIN.LEFT_OUTER,
            on=(HandlingRow.message_id == MessageRow.message_id),
        )
        .objects()
    )


def _list_filed(engine: peewee.Database, search: MessageSearch) -> tuple[FiledMessage, ...]:
    query = _filed().order_by(MessageRow.left_at.desc(), MessageRow.message_id.desc())
    for condition in _conditions(engine, search):
        query = query.where(condition)
    return tuple(map(_filed_of, query.limit(search.at_most).bind(engine)))


def _conditions(engine: peewee.Database, search: MessageSearch) -> Sequence[peewee.Expression]:
    conditions = [STATE.in_([str(state) for state in search.states])]
    if search.mailbox is not None:
        conditions.append(MessageRow.mailbox == clean(search.mailbox))
    if search.number:
        number = clean(search.number)
        conditions.append(
            begins(engine, MessageRow.from_number, number)
            | begins(engine, MessageRow.reply_to, number)
        )
    if search.begins:
        conditions.append(begins(engine, MessageRow.message_id, clean(search.begins)))
    if search.since is not None:
        conditions.append(MessageRow.left_at >= search.since)
    if search.until is not None:
        conditions.append(MessageRow.left_at < search.until)
    return conditions


def _filed_of(row: Any) -> FiledMessage:  # noqa: ANN401 - a row of two tables joined
    if row.state is None:
        return FiledMessage(message_of(row))
    at = row.handled_at
    handling = Handling(
        state=MessageState(row.state),
        note=row.note,
        answer_id=row.answer_id,
        by=row.handled_by,
        changed_at=from_us(at) if isinstance(at, int) else at,
    )
    return FiledMessage(message_of(row), handling)
