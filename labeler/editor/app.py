"""Starts the editor: checks what Qt needs, sets the language and theme, opens what was open last."""

from __future__ import annotations

import gc
import logging
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from platformdirs import user_log_path

from labeler import i18n
from labeler.errors import LabelerError
from labeler.geometry.late import shapely
from labeler.i18n import _
from labeler.settings import Settings
from labeler.system import window_problem

if TYPE_CHECKING:
    from labeler.editor.window import Window

_LOG_BYTES = 1_000_000
#: Python looks for Ctrl-C only when it runs: an idle event loop would not notice.
_IDLE_MS = 200


def run(path: Path | None = None, labels: Path | None = None) -> int:
    """Open the window on a folder or image, or where the user left off; returns when it is closed.

    Raises LabelerError with what to do when no window can open here: Qt itself would abort the process.
    """
    problem = window_problem()
    if problem:
        raise LabelerError(problem)
    gc.disable()  # what is made now stays; garbage.Attendant enables it
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from labeler.editor import garbage, theme
    from labeler.editor.first_paint import FirstPaint
    from labeler.editor.window import Window

    settings = Settings.load()
    i18n.install(settings.language or None)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("labeler")
    app.setDesktopFileName("labeler")
    theme.apply(app, settings.theme)
    window = Window(settings)
    sys.excepthook = _tell(window)
    if path or settings.folder:
        window.canvas.show_image(None)  # not "open a folder": that is about to happen
    garbage.Attendant(app, window.workbench.image_opening)
    FirstPaint(window, partial(_go_on, window, path, labels))
    window.show()
    idle = QTimer()
    idle.timeout.connect(lambda: None)
    idle.start(_IDLE_MS)
    return app.exec()


def _go_on(window: Window, path: Path | None, labels: Path | None) -> None:
    """What nobody sees in the first frame."""
    _log_to_file()
    open_first(window, path, labels)
    if window.workbench.dataset is None:
        window.workbench.picture_changed.emit()  # now it does say how to open a folder
    # Drawing needs it soon, and nobody should wait for it then.
    threading.Thread(target=_load_ahead, name="labeler-loader", daemon=True).start()


def _load_ahead() -> None:
    from labeler.document import checks, shaping  # noqa: F401
    from labeler.tools import TOOLS

    getattr(shapely, "Point")  # noqa: B009 - loads it
    for tool in TOOLS:
        tool.idle()


def open_first(window: Window, path: Path | None, labels: Path | None) -> None:
    """Open what was asked for, else what was open last, with its labels where they were."""
    if path is not None:
        window.open(path, labels)
        return
    settings = window.workbench.settings
    last, labels = settings.folder, Path(settings.labels) if settings.labels else None
    if last and Path(last).is_dir():
        window.open(Path(last), labels)


def _log_to_file() -> None:
    import logging.handlers  # brings sockets and more: not before the first frame

    try:
        folder = user_log_path("labeler", appauthor=False, ensure_exists=True)
        handler = logging.handlers.RotatingFileHandler(
            folder / "labeler.log", maxBytes=_LOG_BYTES, backupCount=2, encoding="utf-8"
        )
    except OSError:
        return  # a full or read-only home must not keep anyone from labelling
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)


def _tell(window: Window) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    """An excepthook for bugs: log, say so, and keep the window and all that is drawn."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        if issubclass(kind, KeyboardInterrupt):
            window.close()
            return
        logging.getLogger(__name__).error("unhandled", exc_info=(kind, error, trace))
        window.notice.say(_("Something went wrong: {reason}. See the log.").format(reason=error))

    return hook
