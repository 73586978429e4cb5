"""A PySide6 window with a picture and nothing else: the least that starting can take. Only `startup`."""

from __future__ import annotations

import sys
from collections.abc import Callable

import qt
from driver import Starter
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QWidget


class Driver(Starter):
    def run_app(self, body: Callable[[], None], arguments: list[str]) -> None:
        qt.replace_exec(body)
        app = QApplication(sys.argv[:1])
        self._window = QMainWindow()
        self._label = QLabel()
        self._path = arguments[0]
        self._label.setPixmap(QPixmap(self._path))
        self._window.setCentralWidget(self._label)
        self._window.resize(1360, 860)
        self._window.show()
        app.exec()

    def versions(self) -> dict[str, str]:
        import PySide6

        return {"PySide6": PySide6.__version__}

    def window(self) -> QWidget:
        return self._window

    def canvas(self) -> QWidget:
        return self._label

    def shown(self) -> str | None:
        return self._path
