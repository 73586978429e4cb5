"""Export from the window: by the road of the command line, off the UI thread, with its report in words."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QComboBox,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from labeler.dataset.dataset import Dataset
from labeler.editor.class_ticks import ClassTicks
from labeler.editor.exchange_dialog import ExchangeDialog
from labeler.editor.export_texts import (
    FILES,
    KEEPS,
    LOST,
    PLAN,
    files_of,
    losses_of,
    nothing_of,
    planned,
    written,
)
from labeler.editor.export_work import ExportLook, ExportRun
from labeler.editor.fold import Fold
from labeler.editor.format_rows import OptionRows, example, number, text
from labeler.editor.preview_pane import PreviewPane
from labeler.editor.work import Work
from labeler.editor.workbench import Workbench
from labeler.errors import LabelerError
from labeler.exporting.preview import Preview
from labeler.formats import EXPORT_FORMATS
from labeler.formats.base import Format, Option, Options, Value
from labeler.formats.choices import CLASSES, EMPTY, EXPORT_OPTIONS, ONLY
from labeler.formats.report import ExportReport
from labeler.formats.words import described
from labeler.i18n import N_, _

WORKERS = Option(
    "workers",
    N_("Processes"),
    N_("Share the work among so many processes. Automatic: as many as there are cores, when it is worth it."),
    default=0.0,
    most=256.0,
)
RESUME = Option(
    "resume",
    N_("Bring an earlier export up to date"),
    N_("What did not change since is not made again; an export that was interrupted is finished."),
    default=False,
)
#: What images are often flagged with.
_FLAG = "verified"
#: What is behind "More".
_MORE = (*EXPORT_OPTIONS, WORKERS, RESUME)


class ExportDialog(ExchangeDialog):
    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        preview = PreviewPane(
            [(PLAN, ""), (KEEPS, ""), (FILES, ""), (LOST, "")],
        )
        super().__init__(workbench, _("Export"), preview, parent)
        self._has_own_folder = False  # typed or chosen: another format does not change it any more
        self._written: Path | None = None
        self._opened: Dataset | None = None  # as the first look found it
        self._nothing: str | None = None  # why nothing can be written, as far as a look has found out
        self._fill_form()
        workbench.labelled_changed.connect(self._on_labelled)
        workbench.flush()  # what is being drawn counts among the labels
        self._choose_last()
        self._on_format()
        self.begin()

    # --- building ----------------------------------------------------------------------------------------

    def _fill_form(self) -> None:
        self._format = QComboBox()
        self._format.setObjectName("format")
        self._format.setToolTip(_("What the files are for; beside it stands what they keep"))
        for format in EXPORT_FORMATS:
            self._format.addItem(_(format.title), format.id)
        self._form.addRow(_("&Format:"), self._format)
        self._own = OptionRows(self._form, (o for f in EXPORT_FORMATS for o in f.options), parent=self)
        self._form.addRow(*self._folder_row())
        self._fold = Fold("export.more", self._workbench.settings)
        self._form.addRow(self._fold)
        classes = self._dataset.classes.entries
        flags = sorted({_FLAG, *self._workbench.context.base.flags})
        fields = {
            CLASSES.name: lambda option: ClassTicks(classes).as_field(),
            ONLY.name: lambda option: text(option, flags, example(_FLAG)),
            WORKERS.name: lambda option: number(option, 0, _("automatic")),
        }
        self._more = OptionRows(self._form, _MORE, fields, parent=self)
        self._go.setText(_("&Export"))
        self._show_folder = self._button(_("Open the fol&der"), QDialogButtonBox.ButtonRole.ActionRole)
        self._show_folder.clicked.connect(self._open_folder)
        self._format.currentIndexChanged.connect(self._on_format)
        self._own.changed.connect(self._on_choice)
        self._more.changed.connect(self._on_choice)
        self._fold.toggled.connect(self._unfold)

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

    # --- what is chosen ----------------------------------------------------------------------------------

    @property
    def format(self) -> Format:
        return EXPORT_FORMATS[self._format.currentIndex()]

    @property
    def options(self) -> Options:
        """What somebody would type: nothing of what is as usual."""
        return {**self._own.chosen(self.format.options), **self._more.chosen(EXPORT_OPTIONS)}

    @property
    def out(self) -> Path:
        """Where to; a relative path counts from the folder that the dataset is in."""
        typed = os.path.expanduser(self._out.text().strip())  # noqa: PTH111 - Path's fails on "~nobody"
        return self._dataset.root.parent / typed

    def _choose_last(self) -> None:
        settings, root = self._workbench.settings, self._dataset.root
        known = [id for id in settings.exports_of(root) if self._format.findData(id) >= 0]
        if known:
            self._format.setCurrentIndex(self._format.findData(known[-1]))
        last = settings.export_options_of(root)
        self._more.fill(_MORE, last)
        for format in EXPORT_FORMATS:
            own = {option.name: last.get(f"{format.id}.{option.name}") for option in format.options}
            self._own.fill([o for o in format.options if own[o.name] is not None], own)

    def _remember(self, run: ExportRun) -> None:
        settings, root = self._workbench.settings, self._dataset.root
        settings.remember_export(root, run.format.id, run.out)
        others = {name: value for name, value in settings.export_options_of(root).items() if "." in name}
        own = {f"{run.format.id}.{option.name}": option.default for option in run.format.options}
        own |= {f"{run.format.id}.{n}": value for n, value in self._own.chosen(run.format.options).items()}
        settings.remember_export_options(root, {**others, **own, **self._more.chosen(_MORE)})

    def _on_format(self) -> None:
        self._own.show(self.format.options)
        self._unfold()
        self._forget_outcome()
        if not self._has_own_folder:
            root = self._dataset.root
            beside = root.with_name(f"{root.name}-{self.format.id}") if root.name else root / self.format.id
            known = self._workbench.settings.exports_of(root)
            self._out.setText(known.get(self.format.id, str(beside)))
        self._on_choice()

    def _on_choice(self) -> None:
        changed = self._more.chosen(_MORE)
        self._fold.show_changed(_(option.title) for option in _MORE if option.name in changed)
        self._look_soon()

    def _unfold(self) -> None:
        self._more.show(_MORE if self._fold.isChecked() else ())
        self._refresh()

    def _on_labelled(self) -> None:
        self._opened = None
        self._look_soon()

    def _on_own_folder(self) -> None:
        self._has_own_folder = True
        self._forget_outcome()
        self._refresh()

    def _forget_outcome(self) -> None:
        """It is not of what is chosen now."""
        self._written = None
        self._outcome.clear()

    def _browse(self) -> None:
        start = next((folder for folder in (self.out, *self.out.parents) if folder.is_dir()), self.out)
        chosen = QFileDialog.getExistingDirectory(self, _("Export into this folder"), str(start))
        if chosen:
            self._out.setText(str(Path(chosen)))
            self._on_own_folder()

    # --- what would happen -------------------------------------------------------------------------------

    def _look_soon(self) -> None:
        self._nothing = None
        super()._look_soon()
        self._refresh()

    def _new_look(self) -> Work | None:
        self._nothing = None
        image = self._workbench.image
        shown = image.entry.name if image else ""
        return ExportLook(self._dataset, self.format, self.options, shown, self._opened)

    def _show_look(self, look: Work, found: Preview | None) -> None:
        assert isinstance(look, ExportLook)
        self._opened = look.opened
        self._nothing = nothing_of(look.known) if found is not None else None
        self._preview.show_text(FILES, *files_of(look.known))
        self._preview.show_text(LOST, *losses_of(look.known, ended=found is not None))

    def _show_no_look(self, reason: str) -> None:
        self._nothing = reason
        self._preview.show_text(FILES, "")
        self._preview.show_text(LOST, "", "")

    def _refresh(self) -> None:
        options = self.options
        total, labelled = len(self._dataset.images), self._workbench.labelled_count
        self._preview.show_text(KEEPS, " ".join(described(self.format.keeps(options))))
        plan = self._nothing or planned(total, labelled, options)
        self._preview.show_text(PLAN, plan, _("Not possible") if self._nothing else "")
        self._go.setToolTip(self._nothing or "")
        self._show_folder.setVisible(self._run is None and self._written is not None)
        super()._refresh()

    def _can_run(self) -> bool:
        is_something = bool(self._workbench.labelled_count or self.options.get(EMPTY.name))
        return is_something and not self._nothing and bool(self._out.text().strip())

    # --- exporting ---------------------------------------------------------------------------------------

    def _new_run(self) -> ExportRun:
        self._written = None
        more: dict[str, Value] = self._more.chosen((WORKERS, RESUME))
        return ExportRun(
            self._dataset,
            self.format,
            self.options,
            self.out,
            int(more.get(WORKERS.name, 0)),
            bool(more.get(RESUME.name)),
        )

    def _not_saved(self, name: str) -> str:
        return _("Not exported: {name} could not be saved first.").format(name=name)

    def _on_report(self, report: ExportReport) -> None:
        assert isinstance(self._run, ExportRun)
        # Now, because a folder that was refused is not one to offer again.
        self._remember(self._run)
        there = report.files or report.current
        self._written = self._run.out if there else None
        self._outcome.show_report(report, written(report, self._run.out))
        self._finish(self._show_folder if self._written else self._end)

    def _on_failed(self, error: LabelerError) -> None:
        super()._on_failed(error)
        self._out.setFocus()

    def _open_folder(self) -> None:
        if self._written:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written)))
