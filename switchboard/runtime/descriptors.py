"""How many files and sockets the process may hold: as many as the system lets it.

The usual soft limit of 1024 is there for programs that cannot count further; each call takes a
socket of its own. The hard limit is the administrator's and stays.
"""

import resource


def raise_limit() -> int:
    """Raise the soft limit of open descriptors to the hard one; return it."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most
