"""Qt for the benchmark: the same real events for every editor, a paint counter, memory, dialogs."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox, QProgressDialog, QWidget

Position = tuple[float, float]

_KINDS = {
    "press": QEvent.Type.MouseButtonPress,
    "move": QEvent.Type.MouseMove,
    "release": QEvent.Type.MouseButtonRelease,
}
_BUTTONS = {
    None: Qt.MouseButton.NoButton,
    "left": Qt.MouseButton.LeftButton,
    "middle": Qt.MouseButton.MiddleButton,
}
_MODIFIERS = {
    None: Qt.KeyboardModifier.NoModifier,
    "ctrl": Qt.KeyboardModifier.ControlModifier,
    "alt": Qt.KeyboardModifier.AltModifier,
}


def replace_exec(body: Callable[[], object]) -> None:
    """Have an editor's own main() run ``body`` where it would enter the event loop."""

    def instead(*_args: object, **_kwargs: object) -> int:
        body()
        return 0

    for kind in (QApplication, QGuiApplication, QCoreApplication):
        with contextlib.suppress(TypeError):
            kind.exec = staticmethod(instead)  # type: ignore[method-assign]  # which is the purpose here


def app() -> QApplication:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    return application


def flush() -> None:
    """Handle everything posted, paints included, and wait for the display server."""
    app().processEvents()
    if app().platformName() == "xcb":
        QGuiApplication.sync()


def spin(seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        app().processEvents()
        time.sleep(0.005)


def wait_until(ready: Callable[[], object], timeout: float = 120.0, sleep: float = 0.001) -> float | None:
    """Run the event loop until ``ready()``; returns seconds waited, or None on time-out."""
    start = time.perf_counter()
    while not ready():
        app().processEvents()
        if ready():
            break
        if time.perf_counter() - start > timeout:
            return None
        time.sleep(sleep)
    return time.perf_counter() - start


def mouse(
    widget: QWidget,
    kind: str,
    at: Position,
    button: str | None = None,
    held: str | None = None,
    modifier: str | None = None,
) -> None:
    """Send one real mouse event; ``kind`` is press, move or release, ``at`` is in the widget's pixels."""
    local = QPointF(*at)
    everywhere = QPointF(widget.mapToGlobal(local.toPoint()))
    held = button if kind == "press" else held
    event = QMouseEvent(
        _KINDS[kind], local, everywhere, _BUTTONS[button], _BUTTONS[held], _MODIFIERS[modifier]
    )
    QApplication.sendEvent(widget, event)


def click(widget: QWidget, at: Position, modifier: str | None = None) -> None:
    mouse(widget, "press", at, "left", modifier=modifier)
    mouse(widget, "release", at, "left", modifier=modifier)


def wheel(widget: QWidget, at: Position, notches: int, modifier: str | None = None) -> None:
    local = QPointF(*at)
    event = QWheelEvent(
        local,
        QPointF(widget.mapToGlobal(local.toPoint())),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        _MODIFIERS[modifier],
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def key(widget: QWidget, code: Qt.Key) -> None:
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(widget, QKeyEvent(kind, code, Qt.KeyboardModifier.NoModifier))


class PaintCounter(QObject):
    """Counts the paint events of one widget, in ``seen``."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.seen = 0
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Paint:
            self.seen += 1
        return False


class FirstFrame(QObject):
    """When the first frame was painted: at its last paint event, before other things go on."""

    _OTHER = (QEvent.Type.Timer, QEvent.Type.MetaCall)

    def __init__(self) -> None:
        super().__init__(app())
        #: time.monotonic() and time.process_time().
        self.painted = (0.0, 0.0)
        app().installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Paint:
            self.painted = time.monotonic(), time.process_time()
        elif self.painted[0] and event.type() in self._OTHER:
            app().removeEventFilter(self)
        return False


class DialogWatcher:
    """Accepts modal dialogs, which would block, and keeps what they said in ``seen``."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self._timer = QTimer(app())
        self._timer.setInterval(30)
        self._timer.timeout.connect(self._check)
        self._timer.start()

    def _check(self) -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is None or isinstance(dialog, QProgressDialog):
            return
        told = (getattr(dialog, name, str)() for name in ("windowTitle", "text", "informativeText"))
        self.seen.append(f"{type(dialog).__name__}: {' | '.join(filter(None, told))}"[:400])
        if isinstance(dialog, QMessageBox):
            _accept(dialog)
        elif isinstance(dialog, QDialog):
            dialog.accept()
        else:
            dialog.close()


def _accept(box: QMessageBox) -> None:
    accepting = (QMessageBox.ButtonRole.AcceptRole, QMessageBox.ButtonRole.YesRole)
    buttons = box.buttons()
    for button in sorted(buttons, key=lambda b: box.buttonRole(b) not in accepting):
        button.click()
        return


def rss_mb() -> float:
    with Path("/proc/self/statm").open() as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def peak_mb() -> float:
    with Path("/proc/self/status").open() as file:
        return next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmHWM"))


def reset_peak() -> None:
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
