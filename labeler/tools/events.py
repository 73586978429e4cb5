"""What reaches a tool: pointer events in image pixels. Knows no window toolkit."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Flag, auto

from labeler.geometry.nearest import Position


class Modifiers(Flag):
    NONE = 0
    SHIFT = auto()
    CTRL = auto()
    ALT = auto()


@dataclass(frozen=True)
class PointerEvent:
    """The main button or the bare pointer at ``position`` (image pixels)."""

    position: Position
    modifiers: Modifiers = Modifiers.NONE
    #: The key that suspends snapping is held.
    unsnapped: bool = False

    @property
    def alt(self) -> bool:
        return Modifiers.ALT in self.modifiers

    @property
    def shift(self) -> bool:
        return Modifiers.SHIFT in self.modifiers

    @property
    def straight(self) -> bool:
        """While drawing: Ctrl, also with Alt for the other role, but not by accident with Shift."""
        return Modifiers.CTRL in self.modifiers and not self.shift

    @property
    def alt_only(self) -> bool:
        return self.modifiers == Modifiers.ALT

    @property
    def ctrl_only(self) -> bool:
        """Exactly Ctrl: two modifiers held by accident do neither thing."""
        return self.modifiers == Modifiers.CTRL

    @property
    def shift_only(self) -> bool:
        return self.modifiers == Modifiers.SHIFT
