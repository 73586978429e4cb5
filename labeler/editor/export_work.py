"""An export, and the look at what it would do: what the worker and the dialog share."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path

from labeler.dataset.dataset import Dataset
from labeler.editor.work import Work, opened_again
from labeler.exporting import export
from labeler.exporting.preview import Preview, preview
from labeler.formats.base import Format, Options
from labeler.formats.report import ExportReport

#: So many images are looked at.
LOOKED_AT = 50


@dataclass
class ExportRun(Work):
    """An export of what is on disk."""

    dataset: Dataset
    format: Format
    options: Options
    out: Path
    workers: int = 0
    resume: bool = False

    def work(self) -> ExportReport:
        return export(
            opened_again(self.dataset),
            self.format,
            self.out,
            self.options,
            self.count,
            self.stop,
            workers=self.workers if can_start_processes() else 1,
            resume=self.resume,
        )


@dataclass
class ExportLook(Work):
    """What an export would do; ``known`` gets better until the work ends.

    ``opened`` is the dataset as an earlier look found it, which this one need not look through again.
    """

    dataset: Dataset
    format: Format
    options: Options
    shown: str
    opened: Dataset | None = None
    known: Preview = field(default_factory=Preview)

    def work(self) -> Preview:
        self.opened = self.opened or opened_again(self.dataset)
        steps = preview(self.opened, self.format, self.options, self.shown, LOOKED_AT, self.stop)
        for self.known in steps:
            self.count(self.known.looked_at, min(self.known.total, LOOKED_AT))
        return self.known


def can_start_processes() -> bool:
    """Whether another Python can be started that finds its way to our modules.

    Not from a program in one file, which would open a window again, nor from a script that came by a pipe.
    """
    main = getattr(sys.modules.get("__main__"), "__file__", None)
    return not getattr(sys, "frozen", False) and (main is None or Path(main).is_file())
