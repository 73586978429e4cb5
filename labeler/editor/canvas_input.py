"""What pointer, wheel and keys over the canvas mean: events for the tool, or another view."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPointingDevice,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGestureEvent, QPinchGesture

from labeler.editor.centre_lock import CentreLock
from labeler.editor.held_keys import HIDE, NO_SNAP, PAN, HeldKey, HeldKeys
from labeler.editor.view_gestures import ViewGestures, notches_of
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


class CanvasInput:
    """Belongs to one canvas and gets its events."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._controller = canvas.controller
        self._lock = CentreLock(canvas)
        self._gestures = ViewGestures(canvas)
        self._held = HeldKeys()
        #: A press reached the tool and its release not yet.
        self._pressed = False
        #: Where the pointer is over the canvas.
        self._pointer: QPointF | None = None
        #: The pen over the canvas is turned around.
        self._erases = False
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
        """The keys of each of ``HELD_KEYS``, by its id."""
        self._held.set_keys(keys)

    @property
    def pointer(self) -> tuple[float, float] | None:
        """Where the pointer is over the canvas, in device-independent px; None when it is elsewhere."""
        return (self._pointer.x(), self._pointer.y()) if self._pointer is not None else None

    def pointer_event(self, modifiers: Modifiers = Modifiers.NONE) -> PointerEvent | None:
        """What the tool would get if the pointer moved where it is; None when it is elsewhere."""
        if self._pointer is None or not self._canvas.picture:
            return None
        return PointerEvent(self._to_image(self._pointer), modifiers, NO_SNAP in self._held)

    def show_cursor(self) -> None:
        """The cursor of what the pointer would do now."""
        if not self._controller.state.follows_contour:
            self._lock.release()
        shape = self._cursor_shape()
        if shape != self._canvas.cursor().shape():  # setting it costs more than a move has time for
            self._canvas.setCursor(shape)

    def _cursor_shape(self) -> Qt.CursorShape:
        if self._lock.hides_cursor:
            return Qt.CursorShape.BlankCursor
        if self._gestures.is_panning:
            return Qt.CursorShape.ClosedHandCursor
        if PAN in self._held:
            return Qt.CursorShape.OpenHandCursor
        return _CURSORS[self._controller.state.cursor(self._controller.context)]

    # --- pointer -----------------------------------------------------------------------------------------

    def _on_press(self, event: QMouseEvent) -> bool:
        self._pointer = self._place(event)
        if event.button() == Qt.MouseButton.MiddleButton or PAN in self._held:
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
        self._canvas.menu_requested.emit(event.globalPosition().toPoint())

    def _on_double_press(self, event: QMouseEvent) -> bool:
        if event.button() != Qt.MouseButton.LeftButton or not self._canvas.picture or PAN in self._held:
            return self._on_press(event)
        self._pressed = True
        self._controller.double_press(self._pointer_event(event))
        return True

    def _on_move(self, event: QMouseEvent) -> bool:
        self._follow_lock(event)
        self._pointer = self._place(event)
        # A release may have gone to another window.
        if not self._gestures.is_held_by(event.buttons()):
            self._end_pan()
        if self._pressed and not event.buttons() & Qt.MouseButton.LeftButton:
            self._release(event)
        if self._gestures.is_panning:
            self._gestures.pan_to(event.position())
        elif self._canvas.picture:
            self._controller.move(self._pointer_event(event))
        self._canvas.pointed.emit(self._to_image(self._pointer))
        return True

    def _on_release(self, event: QMouseEvent) -> bool:
        if self._gestures.is_held_by(event.button()):
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
        held = _modifiers(event.modifiers()) == Modifiers.SHIFT and not self._gestures.is_panning
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
        return PointerEvent(self._to_image(self._place(event)), modifiers, NO_SNAP in self._held)

    def _to_image(self, position: QPointF) -> tuple[float, float]:
        return self._canvas.view.to_image((position.x(), position.y()))

    # --- view --------------------------------------------------------------------------------------------

    def _start_pan(self, event: QMouseEvent) -> None:
        self._lock.release()
        self._gestures.start_pan(event)
        self.show_cursor()

    def _end_pan(self) -> None:
        if self._gestures.is_panning:
            self._gestures.end_pan()
            self.show_cursor()

    def _on_wheel(self, event: QWheelEvent) -> bool:
        notches = notches_of(event)
        if notches and event.modifiers() == Qt.KeyboardModifier.AltModifier and self._controller.tool.sized:
            self._canvas.resize_asked.emit(notches)
        else:
            self._gestures.turn_wheel(event)
        event.accept()
        return True

    def _on_native_gesture(self, event: QNativeGestureEvent) -> bool:
        return self._gestures.zoom_natively(event)

    def _on_gesture(self, event: QGestureEvent) -> bool:
        pinch = event.gesture(Qt.GestureType.PinchGesture)
        if not isinstance(pinch, QPinchGesture):
            return False
        event.accept(pinch)
        if pinch.state() == Qt.GestureState.GestureStarted and self._pressed:
            self._pressed = False
            self._controller.interrupt()
        self._gestures.pinch(pinch)
        return True

    # --- keys --------------------------------------------------------------------------------------------

    def _on_key_press(self, event: QKeyEvent) -> bool:
        held = self._held.pressed(event)
        if held:
            if self._held.hold(held, event):
                self._on_held(held)
            return True
        return self._on_modifier(event, held=True)

    def _on_key_release(self, event: QKeyEvent) -> bool:
        if not event.isAutoRepeat():
            self._controller.key_released()
        held = self._held.released(event)
        if held:
            if not event.isAutoRepeat():
                self._let_go(held)
            return True
        return self._on_modifier(event, held=False)

    def _let_go(self, held: HeldKey) -> None:
        self._held.let_go(held)
        self._on_held(held)

    def _on_held(self, held: HeldKey) -> None:
        """A held key went down or was let go."""
        if held is HIDE:
            self._canvas.hide_labels(HIDE in self._held)
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
        if pointed and not self._gestures.is_panning:
            self._controller.move(pointed)
        return True

    def _on_focus_out(self, event: QEvent) -> bool:
        # The release of a held key goes to whoever has the focus then.
        self._controller.key_released()
        self._lock.release()
        for held in self._held.all:
            self._let_go(held)
        return False


def _modifiers(modifiers: Qt.KeyboardModifier) -> Modifiers:
    held = Modifiers.NONE
    for qt, ours in _MODIFIERS.items():
        if modifiers & qt:
            held |= ours
    return held
