"""Keeps every open image's sidecar as its session is, and tells what is not on disk yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal

from labeler.dataset.trash import move_to_trash
from labeler.document.model import Annotation
from labeler.editor.open_image import OpenImage, signature_of
from labeler.editor.saver import Pause, Saver
from labeler.i18n import _

if TYPE_CHECKING:
    from labeler.dataset.dataset import Dataset


class Saving(QObject):
    """Saves the images of one dataset at a time.

    ``changed`` when something is saved, waits or failed; ``written`` with an image's name and whether it is
    labelled now; ``reported`` with a sentence for the user.
    """

    changed = Signal()
    written = Signal(str, bool)
    reported = Signal(str)

    def __init__(self, opened: Mapping[str, OpenImage], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._opened = opened
        self._dataset: Dataset | None = None
        self._saver: Saver | None = None
        self._problems: dict[str, str] = {}

    def start(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._saver = Saver(self._write, self)
        self._saver.saved.connect(self._on_saved)
        self._saver.failed.connect(self._on_failed)

    def stop(self) -> None:
        """Let go of the dataset; what is not on disk by now is not saved."""
        if self._saver:
            self._saver.close()
            self._saver = None
            # What it said last is about images of this dataset; the next may have others of the same names.
            QCoreApplication.sendPostedEvents(self, QEvent.Type.MetaCall.value)
            self._problems.clear()

    def save(self, opened: OpenImage) -> bool:
        """Save this image soon; False when the disk has it already, or will have."""
        if not self._saver or opened.read_only or opened.session.base is opened.last_kept:
            return False
        opened.asked = opened.session.base
        self._saver.save(opened.entry.name, opened.asked)
        self.changed.emit()
        return True

    def flush(self) -> list[str]:
        """Save all and wait; returns the images that could not be saved."""
        return self._saver.flush() if self._saver else []

    def discard(self) -> None:
        """The user gave up on what cannot be saved."""
        if self._saver:
            self._saver.forget()
        for name in self._problems:
            self._opened[name].asked = None
        self._problems.clear()
        self.changed.emit()

    @property
    def problem(self) -> str | None:
        """Why something is not on disk yet, while that is so."""
        return next(iter(self._problems.values()), None)

    def _write(self, name: str, annotation: Annotation, pause: Pause) -> None:
        """The saver's work, on its thread. What another program wrote meanwhile goes to the trash."""
        dataset, opened = self._dataset, self._opened[name]
        assert dataset
        theirs = signature_of(dataset, name)
        if theirs is not None and theirs != opened.signature:
            place = move_to_trash(dataset.sidecar(name), dataset.labels)
            text = _(
                "Another program changed the labels of {name} while you drew: its version is kept in {place}."
            )
            self.reported.emit(text.format(name=name, place=place))
        dataset.save(name, annotation, pause)
        opened.signature = signature_of(dataset, name)

    def _on_saved(self, name: str, annotation: Annotation) -> None:
        opened = self._opened.get(name)
        if opened is None:
            return
        self.written.emit(name, not annotation.is_empty)
        if annotation is not opened.asked:
            return  # an earlier one; the one asked for since follows
        opened.saved = annotation
        self._problems.pop(name, None)
        self.changed.emit()

    def _on_failed(self, name: str, reason: str) -> None:
        self._problems[name] = reason
        self.changed.emit()
        self.reported.emit(reason)
