"""While something slow must run on the UI thread: a busy cursor, and a progress bar when it takes long."""

from __future__ import annotations

from types import TracebackType

from PySide6.QtCore import QElapsedTimer, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QProgressDialog, QWidget

#: A bar that only flashes up helps nobody.
_PATIENCE_MS = 500
_REFRESH_MS = 50


class Waiting:
    """Use as a context manager; the window takes no input meanwhile."""

    def __init__(self, parent: QWidget, text: str) -> None:
        self._parent, self._text = parent, text
        self._dialog: QProgressDialog | None = None
        self._running, self._shown = QElapsedTimer(), QElapsedTimer()

    def show_progress(self, done: int, total: int) -> None:
        if self._running.elapsed() < _PATIENCE_MS:
            return
        if self._dialog is None:
            self._dialog = self._make_dialog()
        elif self._shown.elapsed() < _REFRESH_MS:
            return
        self._dialog.setMaximum(total)
        self._dialog.setValue(done)
        self._shown.start()

    def _make_dialog(self) -> QProgressDialog:
        dialog = QProgressDialog(self._text, "", 0, 0, self._parent)
        dialog.setCancelButton(None)  # half a change would be none at all
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.setAutoReset(False)
        dialog.setMinimumDuration(0)
        return dialog

    def __enter__(self) -> Waiting:
        QGuiApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        self._running.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        QGuiApplication.restoreOverrideCursor()
        if self._dialog:
            self._dialog.close()
            self._dialog.deleteLater()
