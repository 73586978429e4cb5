"""An export under way: what the worker and the dialog share."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from labeler.dataset.dataset import Dataset
from labeler.exporting import export
from labeler.formats.base import Format, Options
from labeler.formats.report import ExportReport


@dataclass
class Run:
    """The worker counts here and the dialog looks, so that no events queue up. Cancel with ``stop``."""

    dataset: Dataset
    format: Format
    options: Options
    out: Path
    stop: Event = field(default_factory=Event)
    counted: tuple[int, int] = (0, 0)

    def work(self) -> ExportReport:
        """Export what is on disk; for a worker. Raises LabelerError as `labeler.exporting.export` does."""
        # A dataset of its own: reading from the open one would change what the saver asks of it meanwhile.
        labels = self.dataset.labels if self.dataset.labels != self.dataset.root else None
        dataset = Dataset.open(self.dataset.root, labels)
        return export(dataset, self.format, self.out, self.options, self._count, self.stop)

    def _count(self, done: int, total: int) -> None:
        self.counted = (done, total)
