"""Slow work off the UI thread; the answer comes back on it.

Work gets immutable values and touches no widget.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from labeler.errors import LabelerError
from labeler.i18n import _

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

T = TypeVar("T")
_log = logging.getLogger(__name__)


class Jobs(QObject):
    """A few worker threads. Make it on the UI thread; ``close`` it before the application ends."""

    _finished = Signal(object)

    def __init__(self, workers: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workers = workers
        self._pool: ThreadPoolExecutor | None = None
        self._closed = False
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        work: Callable[[], T],
        then: Callable[[T], Any],
        failed: Callable[[LabelerError], Any],
    ) -> None:
        """Call ``work`` on a worker, then ``then`` or ``failed`` with its outcome on the UI thread.

        Does nothing once closed: timers may still fire while the window goes.
        """
        if self._closed:
            return
        if self._pool is None:
            from concurrent.futures import ThreadPoolExecutor  # not before the first frame

            self._pool = ThreadPoolExecutor(self._workers, thread_name_prefix="labeler")
        self._pool.submit(self._work, work, then, failed)

    def close(self) -> None:
        """Wait for what is running, drop what is not; nothing is delivered any more."""
        self._closed = True
        if self._pool:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def _work(
        self, work: Callable[[], T], then: Callable[[T], Any], failed: Callable[[LabelerError], Any]
    ) -> None:
        try:
            result = work()
        except LabelerError as error:
            self._finished.emit((failed, error))
        except Exception as error:
            # A bug, but the user still must be told and the window must live on.
            _log.exception("a background job failed")
            sentence = _("Something went wrong: {reason}. See the log.").format(reason=error)
            self._finished.emit((failed, LabelerError(sentence)))
        else:
            self._finished.emit((then, result))

    def _deliver(self, outcome: tuple[Callable[[Any], Any], Any]) -> None:
        if not self._closed:
            callback, value = outcome
            callback(value)
