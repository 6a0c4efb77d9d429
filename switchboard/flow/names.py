"""Names: what a name looks like, which names are taken, and which keys a phone has.

Nodes, prompts and values live in three separate drawers, so the same name may stand in each.
"""

import keyword
import re

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
NAME_RULE = "a name has small letters, digits and _, begins with a letter, and is at most 40 long"

KEYS = frozenset("0123456789") | {"star", "hash"}
MARKS = frozenset({"star", "hash"})

_SIGNS = {"star": "*", "hash": "#"}
_WORDS = {sign: word for word, sign in _SIGNS.items()}

# Words that some YAML reader takes for a truth or for nothing.
_YAML_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})

GIVEN = frozenset({"call", "caller", "settings", "item", "nth", "key", "answer", "left", "failure"})
"""Values that every flow has, or that a prompt gets where it is spoken."""

NOT_VALUES = GIVEN | _YAML_WORDS | frozenset(keyword.kwlist)
NOT_NODES = _YAML_WORDS | {"back", "again", "otherwise"}
NOT_PROMPTS = _YAML_WORDS | {"notices", "silence"}

AGAIN, BACK, OTHERWISE = "again", "back", "otherwise"


def is_name(text: str) -> bool:
    """Whether *text* has the form of a name."""
    return NAME.fullmatch(text) is not None


def sign_of(key: str) -> str:
    """Return the sign on the phone: ``star`` is ``*``, ``hash`` is ``#``, digits stay."""
    return _SIGNS.get(key, key)


def key_of(sign: str) -> str:
    """Return the key's name in the language: ``*`` is ``star``."""
    return _WORDS.get(sign, sign)
