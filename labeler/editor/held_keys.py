"""Keys that do something for as long as they are held over the canvas, and which of them are down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from labeler.editor.latin import latin_key
from labeler.i18n import N_


@dataclass(frozen=True)
class HeldKey:
    """``key`` is the default one; ``with_modifiers``: it counts with Ctrl or another held too."""

    id: str
    title: str
    key: str
    with_modifiers: bool = False


PAN = HeldKey("hold.pan", N_("Pan with the pointer"), "Space", with_modifiers=True)
HIDE = HeldKey("hold.hide", N_("Hide everything that is drawn"), "H")
NO_SNAP = HeldKey("hold.no_snap", N_("Suspend snapping, go straight instead of along a neighbour"), "S")
HELD_KEYS = (PAN, HIDE, NO_SNAP)


class HeldKeys:
    """Told of key events, it knows what is held."""

    def __init__(self) -> None:
        #: What a key does, by ``Qt.Key``.
        self._keys: dict[int, HeldKey] = {}
        #: What is down, with the place of its key on the keyboard (0 where that is not known).
        self._down: dict[HeldKey, int] = {}
        self.set_keys({held.id: (held.key,) for held in HELD_KEYS})

    def set_keys(self, keys: Mapping[str, Iterable[str]]) -> None:
        """The keys of each, by its id; those with modifiers cannot be held and do nothing."""
        self._keys = {
            key: held for held in HELD_KEYS for text in keys.get(held.id, ()) for key in _plain_keys(text)
        }

    def __contains__(self, held: HeldKey) -> bool:
        return held in self._down

    @property
    def all(self) -> tuple[HeldKey, ...]:
        """What is held now."""
        return tuple(self._down)

    def pressed(self, event: QKeyEvent) -> HeldKey | None:
        """What is meant by the key of a press."""
        held = self._keys.get(latin_key(event))
        is_plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        return held if held and (held.with_modifiers or is_plain) else None

    def released(self, event: QKeyEvent) -> HeldKey | None:
        """What is held by the key of a release; with Shift down meanwhile that is another sign, as ``!``."""
        place = event.nativeScanCode()
        here = (held for held, known in self._down.items() if place and known == place)
        held = next(here, None) or self._keys.get(latin_key(event))
        return held if held in self._down else None

    def hold(self, held: HeldKey, event: QKeyEvent) -> bool:
        """Whether it was not held before."""
        is_new = held not in self._down
        self._down.setdefault(held, event.nativeScanCode())
        return is_new

    def let_go(self, held: HeldKey) -> None:
        self._down.pop(held, None)


def _plain_keys(text: str) -> list[int]:
    """The key of this text as ``Qt.Key``, if it is one without modifiers."""
    sequence = QKeySequence(text)
    combinations = [sequence[i] for i in range(sequence.count())]  # type: ignore[index]  # the stubs have none
    return [int(c.key()) for c in combinations if c.keyboardModifiers() == Qt.KeyboardModifier.NoModifier]
