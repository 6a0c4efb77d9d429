"""K: keys. The keys that prompts offer are the keys that work."""

import re
from collections.abc import Iterator

from switchboard.flow.checks.views import Found, View, prompt_refs, views
from switchboard.flow.faults import Fault
from switchboard.flow.folder import Folder
from switchboard.flow.formulas import Formula
from switchboard.flow.kinds.menu import Menu
from switchboard.flow.names import KEYS
from switchboard.flow.program import Node

OFFERS: dict[str, re.Pattern[str]] = {
    "zh": re.compile(r"按\s*(\d(?:\s*(?:、|，|或|和|到|至)\s*\d(?!\d))*)(?!\d)"),
    "en": re.compile(r"\b[Pp]ress\s+(\d(?:\s*(?:,|or|and|to)\s*\d(?!\d))*)(?!\d)"),
}
"""How texts offer keys, by language. A hole in a text offers nothing that can be known here."""
_RANGE = re.compile(r"(\d)\s*(?:to|到|至)\s*(\d)")


def offered_by(text: str, language: str) -> set[str]:
    """Return the digits that a text offers: ``press 1``, ``press 1, 2 or 3``, ``按1到3``.

    >>> sorted(offered_by("For music press 1 or 3.", "en"))
    ['1', '3']
    """
    found: set[str] = set()
    for keys in OFFERS[language].findall(text) if language in OFFERS else ():
        found.update(re.findall(r"\d", keys))
        for first, last in _RANGE.findall(keys):
            found.update(str(key) for key in range(int(first), int(last) + 1))
    return found


def check(folder: Folder) -> Iterator[Fault]:
    """Yield the faults of keys."""
    for view in views(folder):
        for node in view.nodes.values():
            if isinstance(node.model, Menu):
                yield from _menu(view, node, node.model)


def _menu(view: View, node: Node, model: Menu) -> Iterator[Fault]:
    for key in model.only_if:
        if not node.works(key):
            condition = ("nodes", node.name, "only_if", key)
            hint = f"add {key} under then, or remove it here"
            yield view.fault(
                condition, "K05", f"key {key} is no choice of this menu", hint, of_key=True
            )
    if model.captures and not model.also:
        groups = ("nodes", node.name, "captures")
        yield view.fault(
            groups, "K06", "captures has no pattern", "add one under also", of_key=True
        )
    found = [view.prompt(name) for _, name in prompt_refs(model.menu, ())]
    if any(prompt.state is not Found.HERE for prompt in found):
        return
    offered = {
        key
        for prompt in found
        for language, text in prompt.texts.items()
        for key in offered_by(text.source, language)
    }
    if not offered:
        return  # it offers its keys in other words, or is a sound
    at = ("nodes", node.name)
    for key in sorted(offered - node.active_keys()):
        hint = f"add {key} under then, or change the prompt"
        yield view.fault(
            at, "K01", f"the prompt offers key {key}, the menu does not", hint, of_key=True
        )
    digits = {key for key in node.own if key in KEYS and key.isdecimal()}
    if any(isinstance(item.prompt, Formula) for item in model.menu):
        return  # a prompt that is chosen during the call may offer it
    for key in sorted(digits - offered):
        path = ("nodes", node.name, "then", key)
        hint = "say it in the prompt, or remove it here"
        yield view.fault(
            path, "K02", f"key {key} works, and no prompt offers it", hint, of_key=True
        )
