"""Export from the window: by the road of the command line, off the UI thread, with its report in words."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from labeler.editor.export_options import OptionRows
from labeler.editor.export_outcome import Outcome
from labeler.editor.export_run import Run
from labeler.editor.jobs import Jobs
from labeler.editor.workbench import Workbench
from labeler.errors import LabelerError
from labeler.formats import FORMATS
from labeler.formats.base import Format, Options
from labeler.formats.choices import EMPTY
from labeler.formats.report import ExportReport
from labeler.formats.words import described
from labeler.i18n import _, ngettext

_LOOK_MS = 50
_WIDTH_PX = 600


class ExportDialog(QDialog):
    """Open it with ``open()``: the window goes on painting behind it. ``stop()`` before the window closes."""

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        assert workbench.dataset
        self._workbench = workbench
        self._dataset = workbench.dataset
        self._jobs = Jobs(1, self)
        self._run: Run | None = None
        self._has_own_folder = False  # typed or chosen: another format does not change it any more
        self._written: Path | None = None
        self.setWindowTitle(_("Export"))
        self.setMinimumWidth(_WIDTH_PX)
        self._build()
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_MS)
        self._look.timeout.connect(self._show_progress)
        workbench.labelled_changed.connect(self._refresh)
        self.finished.connect(self.deleteLater)
        workbench.flush()  # what is being drawn counts among the labels
        self._choose_last_format()
        self._on_format()

    # --- building ----------------------------------------------------------------------------------------

    def _build(self) -> None:
        self._fields = QWidget()
        form = QFormLayout(self._fields)
        form.setContentsMargins(0, 0, 0, 0)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._format = QComboBox()
        self._format.setObjectName("format")
        for format in FORMATS:
            self._format.addItem(_(format.title), format.id)
        form.addRow(_("&Format:"), self._format)
        self._keeps = _text("keeps")
        form.addRow("", self._keeps)
        self._options = OptionRows(form, self)
        form.addRow(*self._folder_row())
        self._plan = _text("plan")
        form.addRow("", self._plan)
        self._progress = QProgressBar()
        self._outcome = Outcome()
        self._column = column = QVBoxLayout(self)
        column.setSpacing(12)
        for widget in (self._fields, self._progress, self._outcome):
            column.addWidget(widget)
        column.addStretch(1)
        column.addWidget(self._buttons())
        self._format.currentIndexChanged.connect(self._on_format)
        self._options.changed.connect(self._refresh)

    def _folder_row(self) -> tuple[QLabel, QHBoxLayout]:
        self._out = QLineEdit()
        self._out.setObjectName("out")
        self._out.setToolTip(
            _("A folder outside the dataset, made when missing. Files of an earlier export are replaced.")
        )
        self._out.textEdited.connect(self._on_own_folder)
        browse = QPushButton(_("&Browse…"))
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        row = QHBoxLayout()
        row.addWidget(self._out, 1)
        row.addWidget(browse)
        label = QLabel(_("Into the f&older:"))
        label.setBuddy(self._out)
        return label, row

    def _buttons(self) -> QDialogButtonBox:
        box = QDialogButtonBox()
        self._export = box.addButton(_("&Export"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._show_folder = box.addButton(_("Open the fol&der"), QDialogButtonBox.ButtonRole.ActionRole)
        self._end = box.addButton("", QDialogButtonBox.ButtonRole.RejectRole)
        self._export.setDefault(True)
        self._show_folder.setAutoDefault(False)
        self._end.setAutoDefault(False)
        self._export.clicked.connect(self._start)
        self._show_folder.clicked.connect(self._open_folder)
        self._end.clicked.connect(self.reject)
        return box

    # --- what is chosen ----------------------------------------------------------------------------------

    @property
    def format(self) -> Format:
        return FORMATS[self._format.currentIndex()]

    @property
    def options(self) -> Options:
        return self._options.values(self.format)

    @property
    def out(self) -> Path:
        """Where to; a relative path counts from the folder that the dataset is in."""
        typed = os.path.expanduser(self._out.text().strip())  # noqa: PTH111 - Path's fails on "~nobody"
        return self._dataset.root.parent / typed

    def _choose_last_format(self) -> None:
        known = [id for id in self._known_folders() if self._format.findData(id) >= 0]
        if known:
            self._format.setCurrentIndex(self._format.findData(known[-1]))

    def _known_folders(self) -> dict[str, str]:
        return self._workbench.settings.exports_of(self._dataset.root)

    def _on_format(self) -> None:
        self._options.show(self.format)
        self._outcome.clear()
        if not self._has_own_folder:
            root = self._dataset.root
            beside = root.with_name(f"{root.name}-{self.format.id}") if root.name else root / self.format.id
            self._out.setText(self._known_folders().get(self.format.id, str(beside)))
        self._refresh()

    def _on_own_folder(self) -> None:
        self._has_own_folder = True
        self._refresh()

    def _browse(self) -> None:
        start = next((folder for folder in (self.out, *self.out.parents) if folder.is_dir()), self.out)
        chosen = QFileDialog.getExistingDirectory(self, _("Export into this folder"), str(start))
        if chosen:
            self._out.setText(str(Path(chosen)))
            self._on_own_folder()

    # --- showing -----------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        total = len(self._dataset.images)
        labelled = self._workbench.labelled_count
        with_empty = bool(self.options.get(EMPTY.name))
        self._keeps.setText(" ".join(described(self.format.keeps(self.options))))
        self._plan.setText(_planned(total, labelled, with_empty))
        self._fields.setEnabled(self._run is None)
        self._export.setEnabled(
            self._run is None and bool(labelled or with_empty) and bool(self._out.text().strip())
        )
        self._progress.setVisible(self._run is not None)
        self._show_folder.setVisible(self._run is None and self._written is not None)
        self._end.setText(_("Close") if self._run is None else _("Cancel"))
        self._end.setEnabled(self._run is None or not self._run.stop.is_set())
        self._grow()

    def _grow(self) -> None:
        """Make room for texts that became longer; Qt asks wrapped ones only for some width, not for ours."""
        self._column.activate()
        width = max(self.width(), _WIDTH_PX) if self.isVisible() else _WIDTH_PX
        height = self._column.totalHeightForWidth(width)
        self.resize(width, max(height, self.height()) if self.isVisible() else height)

    def _show_progress(self) -> None:
        if self._run:
            done, total = self._run.counted
            self._progress.setRange(0, total)  # 0 to 0: busy, while the folder is read
            self._progress.setValue(done)

    # --- exporting ---------------------------------------------------------------------------------------

    def _start(self) -> None:
        left = self._workbench.flush()
        if left:
            self._on_failed(LabelerError(_not_saved(left[0], self._workbench.saving.problem)))
            return
        run = self._run = Run(self._dataset, self.format, self.options, self.out)
        self._written = None
        self._outcome.clear()
        self._jobs.run(run.work, self._on_report, self._on_failed)
        self._look.start()
        self._show_progress()
        self._refresh()
        self._end.setFocus()

    def _on_report(self, report: ExportReport) -> None:
        assert self._run
        # Now, because a folder that was refused is not one to offer again.
        self._workbench.settings.remember_export(self._dataset.root, self.format.id, self._run.out)
        self._written = self._run.out if report.files else None
        self._outcome.show_report(report, self._run.out)
        self._finish(self._show_folder if self._written else self._end)

    def _on_failed(self, error: LabelerError) -> None:
        self._outcome.show_error(str(error))
        self._finish(self._out)

    def _finish(self, focus: QWidget) -> None:
        self._look.stop()
        self._run = None
        self._refresh()
        focus.setFocus()

    def _open_folder(self) -> None:
        if self._written:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written)))

    # --- ending ------------------------------------------------------------------------------------------

    def reject(self) -> None:
        """Esc, Cancel and the window's own cross: first the export, then the dialog."""
        if self._run:
            self._run.stop.set()
            self._refresh()
        else:
            super().reject()

    def done(self, result: int) -> None:
        self._jobs.close()
        super().done(result)

    def stop(self) -> None:
        """Cancel what is under way, wait for its image to be written whole, and go."""
        if self._run:
            self._run.stop.set()
        self.done(int(QDialog.DialogCode.Rejected))


def _planned(total: int, labelled: int, with_empty: bool) -> str:
    if with_empty:
        return ngettext("{count} image will be written.", "{count} images will be written.", total).format(
            count=total
        )
    if not labelled:
        return _("No image has a label yet, so there is nothing to write.")
    written = ngettext(
        "{count} labelled image will be written.", "{count} labelled images will be written.", labelled
    ).format(count=labelled)
    left = total - labelled
    if not left:
        return written
    return f"{written} {_left_out(left)}"


def _left_out(count: int) -> str:
    return ngettext(
        "{count} image without a label will be left out.",
        "{count} images without a label will be left out.",
        count,
    ).format(count=count)


def _not_saved(name: str, problem: str | None) -> str:
    sentence = _("Not exported: {name} could not be saved first.").format(name=name)
    return f"{sentence} {problem}" if problem else sentence


def _text(name: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)  # names of files and folders stay as they are
    return label
