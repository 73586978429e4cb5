"""A field that takes the key that is pressed in it, whatever it is: Tab, Esc and Enter too."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QKeyCombination, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from labeler.editor.latin import latin_key
from labeler.i18n import _

_MODIFIER_KEYS = (
    Qt.Key.Key_Shift,
    Qt.Key.Key_Control,
    Qt.Key.Key_Alt,
    Qt.Key.Key_Meta,
    Qt.Key.Key_AltGr,
    Qt.Key.Key_unknown,
    0,
)
_KEPT = (
    Qt.KeyboardModifier.ShiftModifier
    | Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


class KeyField(QLineEdit):
    """``recorded`` gives the key as portable text; ``given_up`` comes when the focus goes.

    With ``plain`` only keys without modifiers are taken: such that can be held.
    """

    recorded = Signal(str)
    given_up = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("key")
        self.setReadOnly(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.plain = False
        self.setMinimumWidth(200)
        self.setToolTip(_("The next key that you press is the command's; click elsewhere to give up"))
        self.setAccessibleName(_("The new key"))

    def listen(self, *, plain: bool) -> None:
        self.plain = plain
        self.setText(_("Press a key…") if not plain else _("Press a single key…"))
        self.show()
        self.setFocus()

    def event(self, event: QEvent) -> bool:
        kind = event.type()
        if kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress) and isinstance(event, QKeyEvent):
            event.accept()
            if kind == QEvent.Type.KeyPress and not event.isAutoRepeat():
                self._take(event)
            return True
        return super().event(event)

    def _take(self, event: QKeyEvent) -> None:
        key = pressed_key(event)
        if key and not (self.plain and event.modifiers() & _KEPT):
            self.recorded.emit(key)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # there is nothing to mark or to paste

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self.given_up.emit()


def pressed_key(event: QKeyEvent) -> str:
    """The key of an event as portable text, as shortcuts are found by it; empty for a modifier alone."""
    key, modifiers = latin_key(event), event.modifiers() & _KEPT
    if key in _MODIFIER_KEYS:
        return ""
    if key == Qt.Key.Key_Backtab:
        key = Qt.Key.Key_Tab
    if modifiers & Qt.KeyboardModifier.ShiftModifier and _is_typed_with_shift(event.text()):
        modifiers &= ~Qt.KeyboardModifier.ShiftModifier
    sequence = QKeySequence(QKeyCombination(modifiers, Qt.Key(key)))
    return sequence.toString(QKeySequence.SequenceFormat.PortableText)


def _is_typed_with_shift(text: str) -> bool:
    """Shift is part of the sign itself, as of "?" on most keyboards: shortcuts are found without it."""
    return bool(text) and text.isprintable() and not text.isalnum() and not text.isspace()
