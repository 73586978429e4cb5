"""Conflicts of keys in sentences."""

from __future__ import annotations

from collections.abc import Iterable

from labeler.editor.bindings import ENTRIES, key_text
from labeler.editor.keys import Conflict
from labeler.i18n import _

_ENTRIES = {entry.id: entry for entry in ENTRIES}


def sentences(id: str, conflicts: Iterable[Conflict]) -> list[str]:
    """One for each other thing that wants a key of the command."""
    said = []
    for conflict in conflicts:
        key, others = key_text(conflict.key), [other for other in conflict.ids if other != id]
        if others:
            text = _("{key} is also the key of {others}. Where both can be used, {first} has it.")
            names = ", ".join(f"“{title_of(other)}”" for other in others)
            said.append(text.format(key=key, others=names, first=f"“{title_of(conflict.ids[0])}”"))
        if conflict.with_lists:
            text = _("{key} is what moves and chooses in lists: there it would no longer do so.")
            said.append(text.format(key=key))
    return said


def title_of(id: str) -> str:
    return _ENTRIES[id].name
