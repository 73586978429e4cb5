"""Slow work that a dialog started: what the worker and the dialog share."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Event
from typing import Any

from labeler.dataset.dataset import Dataset


@dataclass
class Work:
    """The worker counts here and the dialog looks, so that no events queue up. Cancel with ``stop``."""

    stop: Event = field(default_factory=Event, kw_only=True)
    #: How many are done, of how many; of 0 as long as nobody knows.
    counted: tuple[int, int] = field(default=(0, 0), kw_only=True)

    def work(self) -> Any:
        """Do it; for a worker. Raises LabelerError."""
        raise NotImplementedError

    def count(self, done: int, total: int) -> None:
        self.counted = (done, total)


def opened_again(dataset: Dataset) -> Dataset:
    """The same dataset as it is on disk now: reading from the open one would change what the saver asks of
    it meanwhile."""
    labels = dataset.labels if dataset.labels != dataset.root else None
    return Dataset.open(dataset.root, labels)
