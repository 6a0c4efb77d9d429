"""What commands about channels share: words, and what is printed when there is no channel."""

import re

NO_CHANNEL = "-ERR No such channel!\n"
OK = "+OK\n"
QUOTED = re.compile(r"'([^']*)'|(\S+)")


def words_of(argument: str) -> list[str]:
    """Split an argument at spaces; what stands in single quotes is one word."""
    return [quoted or plain for quoted, plain in QUOTED.findall(argument)]
