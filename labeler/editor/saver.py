"""Writes annotations off the UI thread: the latest of each image, again and again until it is on disk."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from labeler.document.model import Annotation
from labeler.errors import LabelerError
from labeler.i18n import _

_log = logging.getLogger(__name__)
_FIRST_RETRY_MS = 2_000
_LAST_RETRY_MS = 30_000
#: Python runs one thread at a time: so long a frame may wait for the saver, and so long the saver then rests.
_WORK_S, _REST_S = 0.0003, 0.001

#: So long a frame has before the saver starts.
_HEAD_START_S = 0.03

Pause = Callable[[], None]


class Saver(QObject):
    """``write(name, annotation, pause)`` runs on the saver's own thread, one at a time, in order.

    It should call ``pause`` often: that lets the UI thread go on while much is written.

    ``saved`` says which annotation is on disk now, ``failed`` why one is not (yet): it is tried again after
    2 s, then less and less often, and at once when ``retry`` or another ``save`` is called.
    """

    saved = Signal(str, object)
    failed = Signal(str, str)

    def __init__(
        self, write: Callable[[str, Annotation, Pause], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._write = write
        self._condition = threading.Condition()
        self._waiting: dict[str, Annotation] = {}
        self._writing: tuple[str, Annotation] | None = None
        self._unsaved: dict[str, Annotation] = {}  # failed, to be tried again
        self._forgets_writing = False
        self._hurries = False
        self._worked_since = 0.0
        self._stopped = False
        self._delay = _FIRST_RETRY_MS
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.retry)
        self.failed.connect(self._on_failed, Qt.ConnectionType.QueuedConnection)
        self.saved.connect(self._on_saved, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._run, name="labeler-saver", daemon=True)
        self._thread.start()

    def save(self, name: str, annotation: Annotation) -> None:
        """Write this annotation soon; an older one of the same image that still waits is dropped."""
        with self._condition:
            self._unsaved.pop(name, None)
            self._waiting.pop(name, None)
            self._waiting[name] = annotation
            self._condition.notify_all()

    def retry(self) -> None:
        """Try again what failed."""
        with self._condition:
            for name, annotation in self._unsaved.items():
                self._waiting.setdefault(name, annotation)
            self._unsaved.clear()
            self._condition.notify_all()

    def forget(self) -> None:
        """Do not try again what failed."""
        with self._condition:
            self._waiting.clear()
            self._unsaved.clear()
            self._forgets_writing = True

    def flush(self, timeout_s: float = 30.0) -> list[str]:
        """Try everything now and wait; returns the images that are still not on disk."""
        self.retry()
        with self._condition:
            self._hurries = True
            self._condition.notify_all()
            self._condition.wait_for(lambda: not self._waiting and self._writing is None, timeout_s)
            self._hurries = False
            left = [*self._unsaved, *self._waiting]
            return left + ([self._writing[0]] if self._writing else [])

    def close(self) -> None:
        """Stop the thread after the write under way."""
        with self._condition:
            self._stopped = self._hurries = True
            self._condition.notify_all()
        self._timer.stop()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        while True:
            with self._condition:
                self._condition.wait_for(lambda: self._stopped or self._waiting)
                # What made this is still to be painted, and the saver would take half of that time.
                self._condition.wait_for(lambda: self._stopped or self._hurries, _HEAD_START_S)
                if self._stopped:
                    return
                name = next(iter(self._waiting))
                annotation = self._waiting.pop(name)
                self._writing = (name, annotation)
                self._forgets_writing = False
            problem = self._try(name, annotation)
            with self._condition:
                self._writing = None
                if problem and name not in self._waiting and not self._forgets_writing:
                    self._unsaved[name] = annotation
                self._condition.notify_all()
            if problem:
                self.failed.emit(name, problem)
            else:
                self.saved.emit(name, annotation)

    def _pause(self) -> None:
        if not self._hurries and time.perf_counter() - self._worked_since >= _WORK_S:
            time.sleep(_REST_S)
            self._worked_since = time.perf_counter()

    def _try(self, name: str, annotation: Annotation) -> str | None:
        """Why it could not be written, if so."""
        try:
            self._write(name, annotation, self._pause)
        except LabelerError as error:
            return str(error)
        except Exception as error:
            # A bug must not end the thread: everything after would be lost.
            _log.exception("saving failed")
            return _("{name} could not be saved: {reason}.").format(name=name, reason=error)
        return None

    def _on_failed(self, name: str, reason: str) -> None:
        if not self._stopped and not self._timer.isActive():
            self._timer.start(self._delay)
            self._delay = min(self._delay * 2, _LAST_RETRY_MS)

    def _on_saved(self, name: str, annotation: Annotation) -> None:
        self._delay = _FIRST_RETRY_MS
