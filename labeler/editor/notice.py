"""A line over the canvas that says what the user must know, and offers what can be done about it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from labeler.i18n import _

_SHOWN_MS = 8_000


class Notice(QFrame):
    """Goes after a while by itself, unless it offers something to do."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self._text = QLabel()
        self._text.setWordWrap(True)
        # File names are shown as they are: Qt would take <b> in one for markup.
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._button = QPushButton()
        close = QToolButton()
        close.setText("✕")
        close.setAutoRaise(True)
        close.setToolTip(_("Close"))
        close.clicked.connect(self.hide)
        self._button.clicked.connect(self._accept)
        self._accepted: Callable[[], object] | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 6, 4)
        row.addWidget(self._text, 1)
        row.addWidget(self._button)
        row.addWidget(close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    @property
    def text(self) -> str:
        return "" if self.isHidden() else self._text.text()

    def say(self, text: str, offer: str = "", accepted: Callable[[], object] | None = None) -> None:
        self._text.setText(text)
        self._button.setText(offer)
        self._button.setVisible(bool(offer))
        self._accepted = accepted
        self.show()
        if offer:
            self._timer.stop()
        else:
            self._timer.start(_SHOWN_MS)

    def _accept(self) -> None:
        self.hide()
        if self._accepted:
            self._accepted()
