"""The keys of the window: who has which, and how actions, menus and canvas get theirs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from labeler.editor.actions import ACTIONS, MENUS, Action
from labeler.editor.canvas import Canvas
from labeler.editor.held_keys import HELD_KEYS
from labeler.editor.keys import Command, Conflict, Keymap, Keys, Scope, mnemonics
from labeler.i18n import N_, _
from labeler.settings import Settings

CLASSES, HELD = N_("Classes"), N_("While a key is held")


@dataclass(frozen=True)
class Entry:
    """A command as a table shows it; texts are translated when shown. ``group`` is a menu or the like."""

    id: str
    title: str
    group: str
    tip: str = ""

    @property
    def name(self) -> str:
        """The title, with what is special about it where others have the same title."""
        title = _(self.title)
        return title if _TITLES[self.title] == 1 else f"{title}: {_(self.tip)}"


def _group(action: Action) -> str:
    """Its menu; what is in none belongs to the menu of its kin, and classes have their own group."""
    kind = action.id.partition(".")[0]
    kin = (other.menu for other in ACTIONS if other.menu and other.id.partition(".")[0] == kind)
    return action.menu or next(kin, CLASSES)


def _scope(action: Action) -> Scope:
    return Scope.CANVAS if action.on_canvas else Scope.WINDOW


COMMANDS: tuple[Command, ...] = (
    *(Command(action.id, action.keys, _scope(action)) for action in ACTIONS),
    *(Command(held.id, (held.key,), Scope.HELD) for held in HELD_KEYS),
)
#: All that a key can do.
ENTRIES: tuple[Entry, ...] = (
    *(Entry(action.id, action.title, _group(action), action.tip) for action in ACTIONS),
    *(Entry(held.id, held.title, HELD) for held in HELD_KEYS),
)
GROUPS: tuple[str, ...] = (*MENUS, CLASSES, HELD)
_TITLES = Counter(entry.title for entry in ENTRIES)


def group_title(group: str) -> str:
    """What a group is called where nothing is underlined."""
    return _(group).replace("&", "")


def key_text(key: str) -> str:
    """A key as this system writes it: ``⌘Z``."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def key_texts(keys: Iterable[str]) -> str:
    return ", ".join(map(key_text, keys))


def is_key(text: str) -> bool:
    """Whether a text is one key, with or without modifiers."""
    sequence = QKeySequence(text)
    return sequence.count() == 1 and bool(sequence.toString())


class Bindings(QObject):
    """The keymap in use; ``use`` another one and the settings remember it."""

    changed = Signal()

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.keymap = Keymap.of(COMMANDS, settings.key_preset, _understood(settings.keys))

    def use(self, keymap: Keymap) -> None:
        if keymap == self.keymap:
            return
        self.keymap = keymap
        self._settings.key_preset = keymap.preset.id
        self._settings.keys = {id: list(keys) for id, keys in keymap.own.items()}
        self.changed.emit()

    def text(self, id: str) -> str:
        """The first key of a command as it is shown; empty without one."""
        return key_texts(self.keymap.keys(id)[:1])

    def with_key(self, text: str, id: str) -> str:
        """A tooltip that names the key too."""
        key = self.text(id)
        return f"{text} ({key})" if key else text


def _understood(own: Mapping[str, Sequence[str]]) -> dict[str, Keys]:
    """Without keys that there are not; a command all of whose keys are such has the preset's."""
    understood = {id: tuple(key for key in keys if is_key(key)) for id, keys in own.items()}
    return {id: keys for id, keys in understood.items() if keys or not own[id]}


class ActionKeys:
    """Gives the window's actions, its menus and the canvas their keys, and again when they change.

    Where several actions want the same key, the first of them that can be used now has it.
    """

    def __init__(
        self, bindings: Bindings, actions: Mapping[str, QAction], menus: Mapping[str, QMenu], canvas: Canvas
    ) -> None:
        self._bindings = bindings
        self._actions = actions
        self._menus = menus
        self._canvas = canvas
        self._contested: tuple[Conflict, ...] = ()
        bindings.changed.connect(self._apply)
        self._apply()

    def _apply(self) -> None:
        keymap = self._bindings.keymap
        self._contested = tuple(conflict for conflict in keymap.conflicts if len(conflict.ids) > 1)
        for action in ACTIONS:
            made = self._actions[action.id]
            made.setShortcuts([QKeySequence(key) for key in keymap.keys(action.id)])
            made.setToolTip(self._bindings.with_key(_(action.tip or action.title), action.id))
        self._canvas.set_held_keys({held.id: keymap.keys(held.id) for held in HELD_KEYS})
        self._underline()
        self.settle()

    def _underline(self) -> None:
        """A menu's letter with Alt gives way to a command with the same key: Qt would call neither."""
        keys = [key for id in self._actions for key in self._bindings.keymap.keys(id)]
        titles = mnemonics([_(menu) for menu in self._menus], keys)
        for menu, title in zip(self._menus.values(), titles, strict=True):
            menu.setTitle(title)

    def settle(self) -> None:
        """Who has a key that several want; call it when what can be used has changed."""
        if not self._contested:
            return
        lost = {(id, conflict.key) for conflict in self._contested for id in self._losers(conflict)}
        for id in {id for conflict in self._contested for id in conflict.ids if id in self._actions}:
            keys = [key for key in self._bindings.keymap.keys(id) if (id, key) not in lost]
            shortcuts = [QKeySequence(key) for key in keys]
            if self._actions[id].shortcuts() != shortcuts:
                self._actions[id].setShortcuts(shortcuts)

    def _losers(self, conflict: Conflict) -> list[str]:
        usable = (id for id in conflict.ids if id not in self._actions or self._actions[id].isEnabled())
        winner = next(usable, conflict.ids[0])
        return [id for id in conflict.ids if id != winner]
