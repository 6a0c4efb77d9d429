"""Opens switch rooms for tests of the wire, and closes them."""

from collections.abc import Iterator

import pytest

from tests.wire.room import Room


@pytest.fixture
def open_room() -> Iterator[object]:
    """Opens rooms; each must end with no greenlet failed."""
    rooms: list[Room] = []

    def opened(**listener) -> Room:
        rooms.append(Room(**listener))
        return rooms[-1].open()

    yield opened
    for room in rooms:
        room.close()
    assert [failure for room in rooms for failure in room.greenlets.failures] == []


@pytest.fixture
def room(open_room) -> Room:
    """One open room."""
    return open_room()
