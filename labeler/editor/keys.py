"""Which key does what: a preset, what the user chose instead, and where two commands want the same. No Qt.

Keys are texts as ``Ctrl+Shift+Z``, in the form that ``normalized`` gives: it is also Qt's portable one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property

from labeler.editor.presets import DEFAULT, PRESETS, Preset

Keys = tuple[str, ...]

_MODIFIERS = ("Meta", "Ctrl", "Alt", "Shift", "Num")
_OTHER_NAMES = {
    "delete": "Del",
    "escape": "Esc",
    "insert": "Ins",
    "pageup": "PgUp",
    "page up": "PgUp",
    "pagedown": "PgDown",
    "page down": "PgDown",
}


class Scope(Enum):
    """Where the keys of a command count."""

    WINDOW = "window"
    #: Only while the canvas has the focus.
    CANVAS = "canvas"
    #: Something that lasts for as long as its key is held over the canvas: a key without modifiers.
    HELD = "held"


@dataclass(frozen=True)
class Command:
    """Something that a key does; ``keys`` are alternatives, by default."""

    id: str
    keys: Keys
    scope: Scope = Scope.WINDOW


@dataclass(frozen=True)
class Conflict:
    """One key of several commands, or of a command and of the lists beside the canvas.

    ``ids`` has at least one command; those first that get the key where several could.
    """

    key: str
    ids: tuple[str, ...]
    with_lists: bool = False


#: What lists and trees do with keys is not ours to give away: a command of the whole window would take them.
LIST_KEYS = frozenset(
    ("Up", "Down", "Left", "Right", "Home", "End", "PgUp", "PgDown", "Return", "Enter", "Space", "Tab")
) | {"Shift+Tab", "Del", "F2", "Esc"}


def normalized(key: str) -> str:
    """The one way to write a key: ``ctrl+delete`` is ``Ctrl+Del``. A text that is no key stays one."""
    head, _, base = key.strip().rpartition("+")
    if not base:
        head, base = head.removesuffix("+"), "+" if "+" in key else ""
    modifiers = {part.strip().capitalize() for part in head.split("+") if part.strip()}
    if not modifiers <= set(_MODIFIERS):
        return key
    base = base.strip()
    if len(base) == 1:
        base = base.upper() if len(base.upper()) == 1 else base
    else:
        base = _OTHER_NAMES.get(base.lower(), base[:1].upper() + base[1:])
    return "+".join([*(m for m in _MODIFIERS if m in modifiers), base])


@dataclass(frozen=True)
class Keymap:
    """The keys of all commands. A value: changing it makes another.

    ``own`` has, by command, all keys that it has instead of the preset's; none at all is an empty tuple.
    What is in there of commands that are not known (of another version) is kept and does nothing.
    """

    commands: tuple[Command, ...]
    preset: Preset = DEFAULT
    own: Mapping[str, Keys] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        commands: Iterable[Command],
        preset: str = DEFAULT.id,
        own: Mapping[str, Sequence[str]] | None = None,
    ) -> Keymap:
        """With the preset of this id (one that does not exist is the default) and these own keys."""
        named = next((p for p in PRESETS if p.id == preset), DEFAULT)
        keymap = cls(tuple(commands), named)
        return replace(keymap, own={id: _distinct(keys) for id, keys in (own or {}).items()})

    # --- what is -----------------------------------------------------------------------------------------

    def keys(self, id: str) -> Keys:
        """The keys of a command, the first is the one to show."""
        return self.own[id] if id in self.own else self.preset_keys(id)

    def preset_keys(self, id: str) -> Keys:
        """What the command would have without own keys."""
        return self._preset_keys[id]

    def is_own(self, id: str) -> bool:
        return id in self.own

    @cached_property
    def _preset_keys(self) -> dict[str, Keys]:
        return {c.id: _distinct(self.preset.keys.get(c.id, c.keys)) for c in self.commands}

    @cached_property
    def _by_id(self) -> dict[str, Command]:
        return {command.id: command for command in self.commands}

    # --- changing ----------------------------------------------------------------------------------------

    def with_keys(self, id: str, keys: Iterable[str]) -> Keymap:
        """The command has exactly these keys."""
        wanted = _distinct(keys)
        if wanted == self.preset_keys(id):
            return self.reset(id)
        return replace(self, own={**self.own, id: wanted})

    def adding(self, id: str, key: str) -> Keymap:
        return self.with_keys(id, (*self.keys(id), key))

    def removing(self, id: str, key: str) -> Keymap:
        return self.with_keys(id, (k for k in self.keys(id) if k != normalized(key)))

    def taking(self, id: str, key: str) -> Keymap:
        """The key belongs to this command and no longer to any other."""
        keymap = self.adding(id, key)
        for other in self.users(key):
            if other != id:
                keymap = keymap.removing(other, key)
        return keymap

    def reset(self, id: str) -> Keymap:
        """The command has the preset's keys again."""
        return replace(self, own={other: keys for other, keys in self.own.items() if other != id})

    def reset_all(self) -> Keymap:
        return replace(self, own={})

    def with_preset(self, preset: Preset) -> Keymap:
        """Another preset under the same own keys; own keys that it has anyway are no longer own."""
        keymap = replace(self, preset=preset)
        known = keymap._by_id
        own = {id: k for id, k in self.own.items() if id not in known or k != keymap.preset_keys(id)}
        return replace(keymap, own=own)

    # --- conflicts ---------------------------------------------------------------------------------------

    def users(self, key: str) -> tuple[str, ...]:
        """The commands that have this key; first those whose keys the user chose, then in their order."""
        found = self._users.get(normalized(key), ())
        return (*filter(self.is_own, found), *(id for id in found if not self.is_own(id)))

    @cached_property
    def _users(self) -> dict[str, tuple[str, ...]]:
        users: dict[str, tuple[str, ...]] = {}
        for command in self.commands:
            for key in self.keys(command.id):
                users[key] = (*users.get(key, ()), command.id)
        return users

    @cached_property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Every key that more than one thing wants."""
        found = []
        for key in self._users:
            ids = self.users(key)
            with_lists = key in LIST_KEYS and any(self._by_id[id].scope is Scope.WINDOW for id in ids)
            if len(ids) > 1 or with_lists:
                found.append(Conflict(key, ids, with_lists))
        return tuple(found)

    def conflicts_of(self, id: str) -> tuple[Conflict, ...]:
        return tuple(conflict for conflict in self.conflicts if id in conflict.ids)


def mnemonics(titles: Sequence[str], keys: Iterable[str]) -> list[str]:
    """Menu titles whose underlined letters (``&Draw``: Alt+D) leave these keys alone and differ.

    A title whose letter is taken gets another of its letters, or none.
    """
    taken = {key[-1] for key in map(normalized, keys) if key[:-1] == "Alt+"}
    given: dict[int, int] = {}
    kept = [i for i, title in enumerate(titles) if _letter(title) and _letter(title) not in taken]
    for i in [*kept, *(i for i in range(len(titles)) if i not in kept)]:
        plain = titles[i].replace("&", "")
        places = [titles[i].find("&"), *range(len(plain))] if "&" in titles[i] else []
        place = next((p for p in places if plain[p].isalnum() and plain[p].upper() not in taken), None)
        if place is not None:
            given[i] = place
            taken.add(plain[place].upper())
    return [_underlined(title, given.get(i)) for i, title in enumerate(titles)]


def _underlined(title: str, place: int | None) -> str:
    plain = title.replace("&", "")
    return plain if place is None else f"{plain[:place]}&{plain[place:]}"


def _letter(title: str) -> str:
    return title.partition("&")[2][:1].upper()


def _distinct(keys: Iterable[str]) -> Keys:
    return tuple(dict.fromkeys(key for key in map(normalized, keys) if key))
