"""An import, and the look at what it would do: what the worker and the dialog share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from labeler.dataset.dataset import Dataset
from labeler.editor.work import Work, opened_again
from labeler.formats import IMPORT_FORMATS
from labeler.formats.base import Format, Options
from labeler.formats.guessing import guessed
from labeler.formats.report import ImportReport
from labeler.importing import import_labels


@dataclass
class ImportRun(Work):
    """An import into what is on disk now."""

    dataset: Dataset
    source: Path
    format: Format
    options: Options

    def work(self) -> ImportReport:
        # Kept: when it fails half way, the dataset is another all the same.
        self.dataset = opened_again(self.dataset)
        return self._import(dry_run=False)

    def _import(self, *, dry_run: bool) -> ImportReport:
        given = self.source, self.format, self.dataset, self.options, self.count, self.stop
        return import_labels(*given, dry_run=dry_run)


@dataclass
class ImportLook(ImportRun):
    """The same with nothing written. ``guesses``: the format is the source's where that is clear."""

    guesses: bool = False

    def work(self) -> ImportReport:
        self.dataset = opened_again(self.dataset)
        if self.guesses:
            id = guessed(self.source)
            self._use(next((format for format in IMPORT_FORMATS if format.id == id), self.format))
        return self._import(dry_run=True)

    def _use(self, format: Format) -> None:
        if format is not self.format:
            gone = {option.name for option in self.format.import_options}
            self.options = {name: value for name, value in self.options.items() if name not in gone}
            self.format = format
