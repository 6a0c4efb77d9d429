"""What a port of the records raises when they cannot be reached."""


class StoreAway(Exception):  # noqa: N818 - a state of the world
    """The store cannot be read or written just now; calls go on without it.

    What was appended to the journal is not lost by this: it is kept beside the store and written
    once the store is back.
    """
