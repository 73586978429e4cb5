"""What pointer, wheel and keys do to the canvas: events for the tool, or another view."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import (
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QNativeGestureEvent,
    QPointingDevice,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGestureEvent, QPinchGesture

from labeler.editor.centre_lock import CentreLock
from labeler.editor.latin import latin_key
from labeler.i18n import N_
from labeler.tools.events import Modifiers, PointerEvent
from labeler.tools.state import Cursor

if TYPE_CHECKING:
    from labeler.editor.canvas import Canvas

_CURSORS = {
    Cursor.ARROW: Qt.CursorShape.ArrowCursor,
    Cursor.CROSS: Qt.CursorShape.CrossCursor,
    Cursor.HAND: Qt.CursorShape.PointingHandCursor,
    Cursor.MOVE: Qt.CursorShape.SizeAllCursor,
}
_MODIFIERS = {
    Qt.KeyboardModifier.ShiftModifier: Modifiers.SHIFT,
    Qt.KeyboardModifier.ControlModifier: Modifiers.CTRL,
    Qt.KeyboardModifier.AltModifier: Modifiers.ALT,
}
_MODIFIER_KEYS = {
    Qt.Key.Key_Shift: Modifiers.SHIFT,
    Qt.Key.Key_Control: Modifiers.CTRL,
    Qt.Key.Key_Alt: Modifiers.ALT,
}
#: One notch of a wheel (120 units) zooms by this.
_WHEEL_STEP = 1.2


@dataclass(frozen=True)
class HeldKey:
    """A key that does something for as long as it is held over the canvas."""

    id: str
    title: str
    key: str


PAN = HeldKey("hold.pan", N_("Pan with the pointer"), "Space")
HIDE = HeldKey("hold.hide", N_("Hide everything that is drawn"), "H")
NO_SNAP = HeldKey("hold.no_snap", N_("Suspend snapping, go straight instead of along a neighbour"), "S")
HELD_KEYS = (PAN, HIDE, NO_SNAP)


class CanvasInput:
    """Belongs to one canvas and gets its events."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._controller = canvas.controller
        self._lock = CentreLock(canvas)
        self._held: set[HeldKey] = set()
        #: What a key does while it is held, by ``Qt.Key``.
        self._keys: dict[int, HeldKey] = {}
        self.set_keys({held.id: (held.key,) for held in HELD_KEYS})
        #: A press reached the tool and its release not yet.
        self._pressed = False
        #: Where the pointer is over the canvas.
        self._pointer: QPointF | None = None
        #: The pen over the canvas is turned around.
        self._erases = False
        self._panning_from: QPointF | None = None
        self._panning_button = Qt.MouseButton.NoButton
        kind = QEvent.Type
        self._handlers: dict[QEvent.Type, Callable[[Any], bool]] = {
            kind.MouseButtonPress: self._on_press,
            kind.MouseButtonDblClick: self._on_double_press,
            kind.MouseMove: self._on_move,
            kind.MouseButtonRelease: self._on_release,
            kind.Wheel: self._on_wheel,
            kind.KeyPress: self._on_key_press,
            kind.KeyRelease: self._on_key_release,
            kind.NativeGesture: self._on_native_gesture,
            kind.Gesture: self._on_gesture,
            kind.TabletPress: self._on_tablet,
            kind.TabletMove: self._on_tablet,
            kind.TabletRelease: self._on_tablet,
            kind.Leave: self._on_leave,
            kind.FocusOut: self._on_focus_out,
        }

    def handle(self, event: QEvent) -> bool:
        """Whether the event went no further than here."""
        handler = self._handlers.get(event.type())
        return handler is not None and handler(event)

    def set_keys(self, keys: Mapping[str, Iterable[str]]) -> None:
        """The keys of each held key, by its id; those with modifiers cannot be held and do nothing."""
        self._keys = {
            key: held for held in HELD_KEYS for text in keys.get(held.id, ()) for key in _plain_keys(text)
        }

    def is_held(self, held: HeldKey) -> bool:
        return held in self._held

    @property
    def pointer(self) -> tuple[float, float] | None:
        """Where the pointer is over the canvas, in device-independent px; None when it is elsewhere."""
        return (self._pointer.x(), self._pointer.y()) if self._pointer is not None else None

    def pointer_event(self, modifiers: Modifiers = Modifiers.NONE) -> PointerEvent | None:
        """What the tool would get if the pointer moved where it is; None when it is elsewhere."""
        if self._pointer is None or not self._canvas.picture:
            return None
        return PointerEvent(self._to_image(self._pointer), modifiers, self.is_held(NO_SNAP))

    def show_cursor(self) -> None:
        """The cursor of what the pointer would do now."""
        if not self._controller.state.follows_contour:
            self._lock.release()
        if self._lock.hides_cursor:
            self._canvas.setCursor(Qt.CursorShape.BlankCursor)
        elif self._panning_from is not None:
            self._canvas.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self.is_held(PAN):
            self._canvas.setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            self._canvas.setCursor(_CURSORS[self._controller.state.cursor(self._controller.context)])

    # --- pointer -----------------------------------------------------------------------------------------

    def _on_press(self, event: QMouseEvent) -> bool:
        self._pointer = self._place(event)
        if event.button() == Qt.MouseButton.MiddleButton or self.is_held(PAN):
            self._start_pan(event)
        elif self._canvas.picture is None:
            pass
        elif event.button() == Qt.MouseButton.LeftButton:
            self._pressed = True
            self._controller.press(self._pointer_event(event))
        elif event.button() == Qt.MouseButton.RightButton:
            self._on_right_press(event)
        return True

    def _on_right_press(self, event: QMouseEvent) -> None:
        """The last point back while drawing, else a menu for what lies here."""
        state = self._controller.state
        if state.is_gesture or state.can_step_back:
            self._controller.step_back()
            return
        position = self._to_image(event.position())
        self._controller.pick(position)
        if self._controller.context.selection:
            self._canvas.menu_requested.emit(event.globalPosition().toPoint())

    def _on_double_press(self, event: QMouseEvent) -> bool:
        if event.button() != Qt.MouseButton.LeftButton or not self._canvas.picture or self.is_held(PAN):
            return self._on_press(event)
        self._pressed = True
        self._controller.double_press(self._pointer_event(event))
        return True

    def _on_move(self, event: QMouseEvent) -> bool:
        self._follow_lock(event)
        self._pointer = self._place(event)
        # A release may have gone to another window.
        if not event.buttons() & self._panning_button:
            self._end_pan()
        if self._pressed and not event.buttons() & Qt.MouseButton.LeftButton:
            self._release(event)
        if self._panning_from is not None:
            self._pan_to(event.position())
        elif self._canvas.picture:
            self._controller.move(self._pointer_event(event))
        self._canvas.pointed.emit(self._to_image(self._pointer))
        return True

    def _on_release(self, event: QMouseEvent) -> bool:
        if self._panning_from is not None and event.button() == self._panning_button:
            self._end_pan()
        elif event.button() == Qt.MouseButton.LeftButton and self._pressed:
            self._release(event)
        return True

    def _release(self, event: QMouseEvent) -> None:
        self._pressed = False
        if self._canvas.picture:
            self._controller.release(self._pointer_event(event))

    def _on_tablet(self, event: QTabletEvent) -> bool:
        """The pen's eraser end draws the other role; for the rest a pen is a mouse, and Qt makes it one."""
        self._erases = event.pointerType() == QPointingDevice.PointerType.Eraser
        return False

    def _place(self, event: QMouseEvent) -> QPointF:
        """Where the pointer is meant to be."""
        return self._lock.middle if self._lock.is_on else event.position()

    def _follow_lock(self, event: QMouseEvent) -> None:
        """With exactly Shift held while a contour is followed the pointer stays and the picture moves."""
        held = _modifiers(event.modifiers()) == Modifiers.SHIFT and self._panning_from is None
        if not (held and self._canvas.picture and self._controller.state.follows_contour):
            self._lock.release()
        elif self._lock.is_armed:
            self._lock.move(event.position())

    def _on_leave(self, event: QEvent) -> bool:
        if self._lock.is_on:  # the hand was faster than the cursor can be put back
            self._lock.pin()
            return False
        self._pointer = None
        self._canvas.pointed.emit(None)
        return False

    def _pointer_event(self, event: QMouseEvent) -> PointerEvent:
        modifiers = _modifiers(event.modifiers())
        is_pen = event.source() != Qt.MouseEventSource.MouseEventNotSynthesized
        if self._erases and is_pen:
            modifiers |= Modifiers.ALT
        return PointerEvent(self._to_image(self._place(event)), modifiers, self.is_held(NO_SNAP))

    def _to_image(self, position: QPointF) -> tuple[float, float]:
        return self._canvas.view.to_image((position.x(), position.y()))

    # --- view --------------------------------------------------------------------------------------------

    def _start_pan(self, event: QMouseEvent) -> None:
        self._lock.release()
        self._panning_from = event.position()
        self._panning_button = event.button()
        self.show_cursor()

    def _pan_to(self, position: QPointF) -> None:
        """Move the view by whole device pixels: then what is painted can be moved along."""
        assert self._panning_from is not None
        ratio = self._canvas.devicePixelRatioF()
        moved = position - self._panning_from
        dx, dy = round(moved.x() * ratio) / ratio, round(moved.y() * ratio) / ratio
        self._panning_from += QPointF(dx, dy)
        self._canvas.pan_by(dx, dy)

    def _end_pan(self) -> None:
        if self._panning_from is not None:
            self._panning_from = None
            self._panning_button = Qt.MouseButton.NoButton
            self.show_cursor()

    def _on_wheel(self, event: QWheelEvent) -> bool:
        # With Alt held Qt turns the wheel's direction.
        notches = (event.angleDelta().y() or event.angleDelta().x()) / 120
        if notches and event.modifiers() == Qt.KeyboardModifier.AltModifier and self._controller.tool.sized:
            self._canvas.resize_asked.emit(notches)
        elif notches:
            anchor = event.position()
            self._canvas.zoom_at(_WHEEL_STEP**notches, (anchor.x(), anchor.y()))
        event.accept()
        return True

    def _on_native_gesture(self, event: QNativeGestureEvent) -> bool:
        if event.gestureType() != Qt.NativeGestureType.ZoomNativeGesture:
            return False
        anchor = event.position()
        self._canvas.zoom_at(1 + event.value(), (anchor.x(), anchor.y()))
        return True

    def _on_gesture(self, event: QGestureEvent) -> bool:
        """Two fingers: apart or together zooms, along moves the picture."""
        pinch = event.gesture(Qt.GestureType.PinchGesture)
        if not isinstance(pinch, QPinchGesture):
            return False
        event.accept(pinch)
        if pinch.state() == Qt.GestureState.GestureStarted and self._pressed:
            self._pressed = False
            self._controller.interrupt()
        center = self._canvas.mapFromGlobal(pinch.centerPoint())
        moved = pinch.centerPoint() - pinch.lastCenterPoint()
        if pinch.state() != Qt.GestureState.GestureStarted:
            self._canvas.pan_by(moved.x(), moved.y())
        self._canvas.zoom_at(pinch.scaleFactor(), (center.x(), center.y()))
        return True

    # --- keys --------------------------------------------------------------------------------------------

    def _on_key_press(self, event: QKeyEvent) -> bool:
        held = self._keys.get(latin_key(event))
        if held and (held is PAN or event.modifiers() == Qt.KeyboardModifier.NoModifier):
            self._hold(held, True)
            return True
        return self._on_modifier(event, held=True)

    def _on_key_release(self, event: QKeyEvent) -> bool:
        if not event.isAutoRepeat():
            self._controller.key_released()
        held = self._keys.get(latin_key(event))
        if held is not None and self.is_held(held):
            if not event.isAutoRepeat():
                self._hold(held, False)
            return True
        return self._on_modifier(event, held=False)

    def _hold(self, held: HeldKey, on: bool) -> None:
        if on == self.is_held(held):
            return
        (self._held.add if on else self._held.discard)(held)
        if held is HIDE:
            self._canvas.hide_labels(on)
        elif held is NO_SNAP and (event := self.pointer_event()):
            self._controller.move(event)
        self.show_cursor()

    def _on_modifier(self, event: QKeyEvent, *, held: bool) -> bool:
        """Show what a modifier would do without waiting for the pointer to move; False for other keys."""
        key = _MODIFIER_KEYS.get(Qt.Key(event.key()))
        if key is None:
            return False
        # Whether the event's modifiers have the key itself already differs by platform.
        others = _modifiers(event.modifiers()) & ~key
        modifiers = others | key if held else others
        if modifiers != Modifiers.SHIFT:
            self._lock.release()
        elif held and self._controller.state.follows_contour:
            self._lock.arm()
        pointed = self.pointer_event(modifiers)
        if pointed and self._panning_from is None:
            self._controller.move(pointed)
        return True

    def _on_focus_out(self, event: QEvent) -> bool:
        # The release of a held key goes to whoever has the focus then.
        self._controller.key_released()
        self._lock.release()
        for held in tuple(self._held):
            self._hold(held, False)
        return False


def _plain_keys(text: str) -> list[int]:
    """The key of this text as ``Qt.Key``, if it is one without modifiers."""
    sequence = QKeySequence(text)
    combinations = [sequence[i] for i in range(sequence.count())]  # type: ignore[index]  # the stubs have none
    return [int(c.key()) for c in combinations if c.keyboardModifiers() == Qt.KeyboardModifier.NoModifier]


def _modifiers(modifiers: Qt.KeyboardModifier) -> Modifiers:
    held = Modifiers.NONE
    for qt, ours in _MODIFIERS.items():
        if modifiers & qt:
            held |= ours
    return held
