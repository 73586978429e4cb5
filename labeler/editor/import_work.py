"""An import, and the look at what it would do: what the worker and the dialog share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from labeler.dataset.dataset import Dataset
from labeler.editor.work import Work, opened_again
from labeler.formats.base import Format, Options
from labeler.formats.guessing import guessed
from labeler.formats.report import ImportReport, Report
from labeler.importing import import_labels, take_back


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
class TakeBackRun(Work):
    """The way back from an import."""

    dataset: Dataset
    report: ImportReport

    def work(self) -> Report:
        self.dataset = opened_again(self.dataset)
        return take_back(self.dataset, self.report, self.count, self.stop)


@dataclass
class ImportLook(ImportRun):
    """The same with nothing written.

    ``guesses`` are formats, each with the options chosen for it, by id: the one that the source is likely in
    is taken, or the one under ``""`` when nothing speaks for any. Empty when the user has chosen.
    """

    guesses: Mapping[str, tuple[Format, Options]] = field(default_factory=dict)

    def work(self) -> ImportReport:
        self.dataset = opened_again(self.dataset)
        if self.guesses:
            self.format, self.options = self.guesses.get(guessed(self.source), self.guesses[""])
        return self._import(dry_run=True)
