"""Import into the window's dataset: what would happen is shown first, by a run that writes nothing."""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QComboBox, QLabel, QWidget

from labeler.dataset.trash import trash_folder
from labeler.editor.exchange_dialog import ExchangeDialog
from labeler.editor.format_rows import OptionRows, text
from labeler.editor.import_source import DROP, SourceField, dropped
from labeler.editor.import_texts import (
    BACK,
    SKIPPED,
    UNKNOWN,
    WOULD,
    imported,
    left_alone,
    looking,
    skipped,
    taken_back,
    unknown,
    way_back,
    would,
)
from labeler.editor.import_work import ImportLook, ImportRun, TakeBackRun
from labeler.editor.preview_pane import PreviewPane
from labeler.editor.work import Work
from labeler.editor.workbench import Workbench
from labeler.errors import LabelerError
from labeler.formats import IMPORT_FORMATS
from labeler.formats.base import Format, Option, Options
from labeler.formats.choices import ADD, CLASS, REPLACE, TOLERANCE
from labeler.formats.report import ImportReport, Report
from labeler.i18n import N_, _

KEEP = "keep"
#: Two flags of the command line that exclude each other.
THERE = Option(
    "there",
    N_("Images with labels"),
    N_(
        "What becomes of images that have labels already. Before a sidecar is changed, a copy of it goes to "
        "the dataset's trash."
    ),
    KEEP,
    (KEEP, REPLACE.name, ADD.name),
    (N_("stay as they are"), N_("get these instead"), N_("get these as well")),
)
_COMMON = (CLASS, TOLERANCE, THERE)
_SOURCE, _FORMAT = "source", "format"
_PATIENCE_S = 10.0


class ImportDialog(ExchangeDialog):
    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        preview = PreviewPane([(WOULD, ""), (UNKNOWN, ""), (SKIPPED, ""), (BACK, "")])
        super().__init__(workbench, _("Import"), preview, parent)
        self._has_own_format = False  # chosen for this source: it is not guessed
        self._otherwise = IMPORT_FORMATS[0]  # where nothing can be guessed
        self._seen: ImportReport | None = None
        self._since = 0.0
        self._imported: ImportReport | None = None  # the last one here: it can be taken back
        self.setAcceptDrops(True)
        self._fill_form()
        workbench.flush()  # what is being drawn counts among the labels
        self._choose_last()
        self._own.show(self._own_options)
        self.begin()
        self._source.setFocus()

    # --- building ----------------------------------------------------------------------------------------

    def _fill_form(self) -> None:
        self._source = SourceField(self._dataset.root.parent)
        label = QLabel(_("&Labels from:"))
        label.setBuddy(self._source)
        self._form.addRow(label, self._source)
        self._format = QComboBox()
        self._format.setObjectName("format")
        self._format.setToolTip(_("What wrote them; guessed from each new source until you choose"))
        for format in IMPORT_FORMATS:
            self._format.addItem(_(format.title), format.id)
        self._form.addRow(_("&Format:"), self._format)
        self._own = OptionRows(self._form, (o for f in IMPORT_FORMATS for o in f.import_options), parent=self)
        names = self._dataset.classes.names
        fields = {CLASS.name: lambda option: text(option, names, names[0])}
        self._common = OptionRows(self._form, _COMMON, fields, parent=self)
        self._go.setText(_("&Import"))
        self._source.chosen.connect(self._on_source)
        self._format.activated.connect(self._on_own_format)
        self._own.changed.connect(self._look_soon)
        self._common.changed.connect(self._look_soon)
        self._outcome.taken.connect(self._take_back)

    # --- what is chosen ----------------------------------------------------------------------------------

    @property
    def format(self) -> Format:
        return IMPORT_FORMATS[self._format.currentIndex()]

    @property
    def _own_options(self) -> tuple[Option, ...]:
        return self.format.import_options

    @property
    def options(self) -> Options:
        return self._options_for(self.format)

    def _options_for(self, format: Format) -> Options:
        """What somebody would type: nothing of what is as usual."""
        common = self._common.chosen(_COMMON)
        there = common.pop(THERE.name, KEEP)
        return {
            **self._own.chosen(format.import_options),
            **common,
            **({} if there == KEEP else {str(there): True}),
        }

    @property
    def _guesses(self) -> dict[str, tuple[Format, Options]]:
        if self._has_own_format:
            return {}
        known = {format.id: (format, self._options_for(format)) for format in IMPORT_FORMATS}
        return {**known, "": known[self._otherwise.id]}

    def _choose_last(self) -> None:
        last = self._workbench.settings.import_options_of(self._dataset.root)
        self._common.fill(_COMMON, last)
        if (row := self._format.findData(last.get(_FORMAT))) >= 0:
            self._format.setCurrentIndex(row)
            self._own.fill(self._own_options, last)
            self._otherwise = self.format
        source = last.get(_SOURCE)
        if isinstance(source, str) and Path(source).exists():
            self._source.show_path(Path(source))
            self._source.line.selectAll()
            self._has_own_format = row >= 0  # it was right for this source

    def _remember(self, run: ImportRun) -> None:
        self._otherwise = run.format
        chosen = {**self._own.chosen(self._own_options), **self._common.chosen(_COMMON)}
        chosen.pop(THERE.name, None)  # asked anew each time: nobody replaces labels by habit
        self._workbench.settings.remember_import_options(
            self._dataset.root, {**chosen, _SOURCE: str(run.source), _FORMAT: run.format.id}
        )

    def _on_source(self) -> None:
        self._has_own_format = False
        if not self._outcome.is_offering:  # who sees that it was the wrong source may want to take it back
            self._outcome.clear()
        self._look_soon()

    def _on_own_format(self) -> None:
        self._has_own_format = True
        self._otherwise = self.format
        self._on_format()

    def _on_format(self) -> None:
        self._own.show(self._own_options)
        self._look_soon()

    def _show_format(self, look: Work) -> None:
        """The one that the source was taken for."""
        if isinstance(look, ImportLook) and look.format is not self.format:
            self._format.setCurrentIndex(self._format.findData(look.format.id))
            self._own.show(self._own_options)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._run is None and dropped(event.mimeData()):
            event.setDropAction(DROP)
            event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        if self._run is None and (path := dropped(event.mimeData())):
            self._source.show_path(path)

    # --- what would happen -------------------------------------------------------------------------------

    def _look_soon(self) -> None:
        self._seen = None
        super()._look_soon()
        self._refresh()

    def _new_look(self) -> Work | None:
        self._seen = None
        self._since = time.monotonic()
        path = self._source.path
        if path is None:
            return None
        return ImportLook(self._dataset, path, self.format, self.options, self._guesses)

    def _show_look(self, look: Work, found: ImportReport | None) -> None:
        if found is None:
            if look.counted[1]:
                self._show_format(look)
            self._show_no_look(looking(*look.counted, is_long=self._is_long))
            if self._is_long and not self._go.isEnabled():
                self._refresh()
        else:
            self._show_format(look)
            self._show_seen(found)

    def _on_no_look(self, look: Work, error: LabelerError) -> None:
        if look is self._look:
            self._show_format(look)
        super()._on_no_look(look, error)

    def _show_seen(self, report: ImportReport) -> None:
        self._seen = report
        self._preview.show_text(WOULD, would(report))
        self._preview.show_text(UNKNOWN, *unknown(report))
        self._preview.show_text(SKIPPED, *skipped(report))
        self._preview.show_text(BACK, way_back(report, self._trash))

    def _show_no_look(self, reason: str) -> None:
        nothing = _(
            "Choose a file or folder: what would be imported is shown here before anything is written."
        )
        self._preview.show_text(WOULD, reason or nothing)
        for name in (UNKNOWN, SKIPPED, BACK):
            self._preview.show_text(name, "")

    def _can_run(self) -> bool:
        """Once it is known what would happen, or when that takes longer than anybody likes to wait."""
        return self._seen.images + self._seen.replaced > 0 if self._seen else self._is_long

    @property
    def _is_long(self) -> bool:
        begun = self._look is not None and self._look.counted[1] > 0  # so the format is known
        return begun and time.monotonic() - self._since > _PATIENCE_S

    # --- importing ---------------------------------------------------------------------------------------

    def _new_run(self) -> Work:
        assert self._source.path
        self._imported = None
        return ImportRun(self._dataset, self._source.path, self.format, self.options)

    def _not_saved(self, name: str) -> str:
        return _("Not imported: {name} could not be saved first.").format(name=name)

    def _on_report(self, report: ImportReport) -> None:
        assert isinstance(self._run, ImportRun)
        self._remember(self._run)
        self._imported = report
        self._outcome.show_report(report, imported(report, self._trash))
        self._offer_way_back()
        self._workbench.labels_are_others(self._run.dataset)
        self._forget_look()
        self._finish(self._end)

    @property
    def _trash(self) -> str:
        return str(trash_folder(self._dataset.labels))

    def _forget_look(self) -> None:
        """It was of what there was before: the same once more would add the same labels again."""
        self._seen = None
        for name in (WOULD, UNKNOWN, SKIPPED, BACK):
            self._preview.show_text(name, "")

    def _on_failed(self, error: LabelerError) -> None:
        if isinstance(self._run, (ImportRun, TakeBackRun)) and self._run.dataset is not self._dataset:
            self._workbench.labels_are_others(self._run.dataset)  # some images may have theirs
            self._forget_look()
        super()._on_failed(error)
        self._offer_way_back()

    # --- the way back ------------------------------------------------------------------------------------

    def _offer_way_back(self) -> None:
        if self._imported and self._imported.written:
            tip = _("Give the images the labels that they had before this import, or none")
            self._outcome.offer(_("&Take back"), tip)

    def _take_back(self) -> None:
        report = self._imported
        assert report
        self._do(lambda: TakeBackRun(self._dataset, report), self._on_taken_back, self._not_taken_back)

    def _not_taken_back(self, name: str) -> str:
        return _("Not taken back: {name} could not be saved first.").format(name=name)

    def _on_taken_back(self, told: Report) -> None:
        assert isinstance(self._run, TakeBackRun)
        self._outcome.show_report(told, taken_back(told, self._run.report, self._trash), left_alone)
        self._offer_way_back()  # for what is left, should it become possible
        self._workbench.labels_are_others(self._run.dataset)
        self._finish(self._end)
        self._look_now()
