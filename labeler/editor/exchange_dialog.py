"""What the dialogs of export and import share: fields, a preview beside them, one slow thing at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QSize, QTimer
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from labeler.editor.jobs import Jobs
from labeler.editor.outcome import Outcome
from labeler.editor.preview_pane import PreviewPane
from labeler.editor.work import Work
from labeler.editor.workbench import Workbench
from labeler.errors import LabelerError
from labeler.i18n import _

_LOOK_MS = 50
#: So long after the last change what would happen is looked at: while somebody types nothing need be.
_REST_MS = 250
_FIELDS_PX, _HEIGHT_PX = 400, 420


class ExchangeDialog(QDialog):
    """Open it with ``open()``: the window goes on painting behind it. ``stop()`` before the window closes.

    A subclass fills ``form`` and calls ``begin`` at the end of its constructor.
    """

    def __init__(
        self, workbench: Workbench, title: str, preview: PreviewPane, parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        assert workbench.dataset
        self._workbench = workbench
        self._dataset = workbench.dataset
        self._jobs = Jobs(1, self)
        #: What the user started, and the look at what it would do.
        self._run: Work | None = None
        self._look: Work | None = None
        self._preview = preview
        self.setWindowTitle(title)
        self._build()
        self._watch = QTimer(self)
        self._watch.setInterval(_LOOK_MS)
        self._watch.timeout.connect(self._show_progress)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._look_now)
        self.finished.connect(self.deleteLater)

    # --- for subclasses ----------------------------------------------------------------------------------

    def _new_look(self) -> Work | None:
        """The look at what would happen with what is chosen now; None when there is nothing to look at."""
        raise NotImplementedError

    def _show_look(self, look: Work, found: Any) -> None:
        """What a look found; None as long as it goes on."""
        raise NotImplementedError

    def _show_no_look(self, reason: str) -> None:
        """Why there is none; empty without a reason."""
        raise NotImplementedError

    def _new_run(self) -> Work:
        raise NotImplementedError

    def _on_report(self, report: Any) -> None:
        """The run ended: show what became of it, and call ``_finish``."""
        raise NotImplementedError

    def _can_run(self) -> bool:
        raise NotImplementedError

    def _not_saved(self, name: str) -> str:
        """A sentence for an image that could not be saved first."""
        raise NotImplementedError

    # --- building ----------------------------------------------------------------------------------------

    def _build(self) -> None:
        self._fields = QWidget()
        self._form = QFormLayout(self._fields)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._scroll = _Fields(self._fields)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self._scroll, 1)
        row.addWidget(self._preview, 1)
        self._progress = QProgressBar()
        self._progress.setObjectName("progress")
        self._outcome = Outcome()
        self._column = column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addLayout(row, 1)
        column.addWidget(self._progress)
        column.addWidget(self._outcome)
        self._buttons = QDialogButtonBox()
        self._go = self._button("", QDialogButtonBox.ButtonRole.AcceptRole)
        self._end = self._button("", QDialogButtonBox.ButtonRole.RejectRole)
        self._go.setDefault(True)
        self._go.clicked.connect(self._start)
        self._end.clicked.connect(self.reject)
        column.addWidget(self._buttons)

    def _button(self, text: str, role: QDialogButtonBox.ButtonRole) -> QPushButton:
        button = self._buttons.addButton(text, role)
        button.setAutoDefault(False)
        return button

    def begin(self) -> None:
        """All fields are there and filled."""
        self._refresh()
        self._look_now()

    # --- the preview -------------------------------------------------------------------------------------

    def _look_soon(self) -> None:
        """What is chosen is another: what was looked at until now is of no use."""
        self._give_up_look()
        if self._run is None:
            self._rest.start()
            self._preview.show_busy((0, 0))

    def _look_now(self) -> None:
        self._give_up_look()
        self._look = look = self._new_look()
        if look is None:
            self._show_no_look("")
        else:
            self._jobs.run(
                look.work,
                lambda found: self._on_look(look, found),
                lambda error: self._on_no_look(look, error),
            )
            self._watch.start()
            self._show_progress()
        self._refresh()

    def _give_up_look(self) -> None:
        self._rest.stop()
        if self._look:
            self._look.stop.set()
        self._look = None
        self._preview.show_busy(None)

    def _on_look(self, look: Work, found: Any) -> None:
        if look is self._look:  # else it came too late
            self._give_up_look()
            self._show_look(look, found)
            self._refresh()

    def _on_no_look(self, look: Work, error: LabelerError) -> None:
        if look is self._look:
            self._give_up_look()
            self._show_no_look(str(error))
            self._refresh()

    # --- showing -----------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        self._fields.setEnabled(self._run is None)
        self._go.setEnabled(self._run is None and self._can_run())
        self._progress.setVisible(self._run is not None)
        self._end.setText(_("Close") if self._run is None else _("Cancel"))
        self._end.setEnabled(self._run is None or not self._run.stop.is_set())
        self._make_room()

    def _make_room(self) -> None:
        """For texts and rows that came; Qt asks wrapped ones only for some width, not for ours."""
        self._scroll.updateGeometry()
        self._column.activate()
        hint = self.sizeHint().expandedTo(QSize(0, _HEIGHT_PX))
        width = max(self.width(), hint.width()) if self.isVisible() else hint.width()
        height = max(hint.height(), self._column.totalHeightForWidth(width))
        available = self.screen().availableGeometry()
        height = min(max(height, self.height()) if self.isVisible() else height, available.height() - 60)
        self.resize(min(width, available.width()), height)

    def _show_progress(self) -> None:
        if self._run:
            done, total = self._run.counted
            self._progress.setRange(0, total)  # 0 to 0: busy, while the folder is read
            self._progress.setValue(done)
        elif self._look:
            self._preview.show_busy(self._look.counted)
            self._show_look(self._look, None)
        else:
            self._watch.stop()

    # --- working -----------------------------------------------------------------------------------------

    def _start(self) -> None:
        self._do(self._new_run, self._on_report, self._not_saved)

    def _do(
        self, new_run: Callable[[], Work], then: Callable[[Any], None], not_saved: Callable[[str], str]
    ) -> None:
        """Save what is being drawn, and run this; ``not_saved`` is the sentence for an image that cannot."""
        self._give_up_look()
        left = self._workbench.flush()
        if left:
            problem = self._workbench.saving.problem
            sentence = not_saved(left[0])
            self._on_failed(LabelerError(f"{sentence} {problem}" if problem else sentence))
            return
        self._run = new_run()
        self._outcome.clear()
        self._jobs.run(self._run.work, then, self._on_failed)
        self._watch.start()
        self._show_progress()
        self._refresh()
        self._end.setFocus()

    def _on_failed(self, error: LabelerError) -> None:
        self._outcome.show_error(str(error))
        self._finish(self._end)

    def _finish(self, focus: QWidget) -> None:
        self._watch.stop()
        self._run = None
        self._refresh()
        focus.setFocus()

    # --- ending ------------------------------------------------------------------------------------------

    def reject(self) -> None:
        """Esc, Cancel and the window's own cross: first the work, then the dialog."""
        if self._run:
            self._run.stop.set()
            self._refresh()
        else:
            super().reject()

    def done(self, result: int) -> None:
        self._give_up_look()
        self._jobs.close()
        super().done(result)

    def stop(self) -> None:
        """Cancel what is under way, wait for its image to be written whole, and go."""
        if self._run:
            self._run.stop.set()
        self.done(int(QDialog.DialogCode.Rejected))


class _Fields(QScrollArea):
    """As high as the fields, as long as the screen is."""

    def __init__(self, fields: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setWidget(fields)
        self._fields = fields

    def sizeHint(self) -> QSize:
        fields = self._fields.sizeHint()
        return QSize(max(_FIELDS_PX, fields.width()) + self._bar_px, fields.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._fields.minimumSizeHint().width() + self._bar_px, 100)

    @property
    def _bar_px(self) -> int:
        """Room for the bar: it comes where the screen is too low."""
        return self.verticalScrollBar().sizeHint().width()
