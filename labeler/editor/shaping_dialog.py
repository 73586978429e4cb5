"""A value for a shaping, with a live preview on the canvas, which can be panned and zoomed meanwhile."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QGridLayout,
    QLabel,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from labeler.document.edits import Refs
from labeler.document.model import Annotation
from labeler.editor.adjuster import Adjuster, Made
from labeler.editor.adjustments import Adjustment
from labeler.editor.workbench import Workbench
from labeler.i18n import _, ngettext

_SLIDER_STEPS = 1000
_MARGIN_PX = 16
_WIDTH_PX = 380


class ShapingDialog(QDialog):
    """Show it with ``open_beside``; it ends with OK, with Cancel, or when another image is shown."""

    def __init__(self, workbench: Workbench, adjustment: Adjustment, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._workbench = workbench
        self._adjustment = adjustment
        self._adjuster = Adjuster(
            workbench, _(adjustment.name), _("Enter keeps what is shown, Esc leaves everything as it was.")
        )
        self._before = point_count(self._adjuster.base, self._adjuster.refs)
        self._ends = False
        self.setObjectName(f"shaping.{adjustment.id}")
        self.setWindowTitle(_(adjustment.title))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._build()
        self._adjuster.shown.connect(self._on_shown)
        self._adjuster.failed.connect(self._on_failed)
        self._adjuster.busy_changed.connect(self._show_busy)
        self._adjuster.ended.connect(self._on_ended)
        self._ask()

    def open_beside(self, canvas: QWidget) -> None:
        """In the upper right corner of the canvas, where it hides little."""
        self.show()
        corner = canvas.mapToGlobal(QPoint(canvas.width(), 0))
        self.move(corner.x() - self.frameGeometry().width() - _MARGIN_PX, corner.y() + _MARGIN_PX)
        self._spin.setFocus()
        self._spin.selectAll()

    # --- building ----------------------------------------------------------------------------------------

    def _build(self) -> None:
        adjustment = self._adjustment
        remembered = self._workbench.settings.shaping
        self._spin = QDoubleSpinBox()
        self._spin.setRange(adjustment.low, adjustment.high)
        self._spin.setDecimals(adjustment.decimals)
        self._spin.setSingleStep(10**-adjustment.decimals if adjustment.high < 1000 else 10)
        self._spin.setSuffix(f" {_(adjustment.unit)}")
        self._spin.setValue(float(remembered.get(adjustment.id, adjustment.default)))
        self._slider = QSlider(Qt.Orientation.Horizontal)
        low = -_SLIDER_STEPS if adjustment.low < 0 else 0
        self._slider.setRange(low, _SLIDER_STEPS)
        self._slider.setPageStep(_SLIDER_STEPS // 20)
        self._box = QCheckBox()
        if adjustment.box:
            title, tip = adjustment.box
            self._box.setText(_(title))
            self._box.setToolTip(_(tip))
            self._box.setChecked(bool(remembered.get(f"{adjustment.id}.box", False)))
        self._count, self._note = QLabel(), QLabel()
        self._count.setObjectName("count")
        self._note.setObjectName("note")
        self._lay_out()
        self._show_on_slider(self._spin.value())
        self._spin.valueChanged.connect(self._on_value)
        self._slider.valueChanged.connect(self._on_slider)
        self._box.toggled.connect(self._ask)

    def _lay_out(self) -> None:
        about = QLabel(_(self._adjustment.tip))
        label = QLabel(_(self._adjustment.label))
        label.setBuddy(self._spin)
        for text in (about, self._note):
            text.setWordWrap(True)
        for text in (about, self._count, self._note):
            text.setTextFormat(Qt.TextFormat.PlainText)
        row = QGridLayout()
        row.addWidget(label, 0, 0)
        row.addWidget(self._slider, 0, 1)
        row.addWidget(self._spin, 0, 2)
        row.setColumnStretch(1, 1)
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(about)
        column.addLayout(row)
        if self._adjustment.box:
            column.addWidget(self._box)
        column.addWidget(self._count)
        column.addWidget(self._note)
        column.addStretch(1)
        column.addWidget(self._buttons)
        self.setFixedWidth(_WIDTH_PX)

    # --- the value ---------------------------------------------------------------------------------------

    def _on_value(self, value: float) -> None:
        self._show_on_slider(value)
        self._ask()

    def _on_slider(self, place: int) -> None:
        share = place / _SLIDER_STEPS
        largest = self._adjustment.high
        value = largest * abs(share) ** self._adjustment.bend
        self._spin.setValue(-value if share < 0 else value)  # asks, unless it is the same again

    def _show_on_slider(self, value: float) -> None:
        share = (abs(value) / self._adjustment.high) ** (1 / self._adjustment.bend)
        place = round(_SLIDER_STEPS * (-share if value < 0 else share))
        self._slider.blockSignals(True)
        self._slider.setValue(place)
        self._slider.blockSignals(False)

    def _ask(self) -> None:
        edit, value, ticked = self._adjustment.edit, self._spin.value(), self._box.isChecked()
        self._adjuster.show(lambda annotation, refs, tick: edit(annotation, refs, value, ticked, tick))

    # --- showing -----------------------------------------------------------------------------------------

    def _on_shown(self, made: Made) -> None:
        after = point_count(made.annotation, made.refs)
        self._count.setText(
            _("Points: {before} → {after}").format(before=f"{self._before:,}", after=f"{after:,}")
        )
        self._note.setText(self._told(made))

    def _told(self, made: Made) -> str:
        """What the preview does not show: what would vanish and does not."""
        if self._adjustment.id != "grow" or self._spin.value() >= 0:
            return ""
        base = self._adjuster.base
        stay = sum(
            made.annotation.polygons(owner) is base.polygons(owner)
            for owner in {ref.owner for ref in self._adjuster.refs}
        )
        if not stay:
            return ""
        return ngettext(
            "Nothing would be left of {count} instance: it stays as it is.",
            "Nothing would be left of {count} instances: they stay as they are.",
            stay,
        ).format(count=stay)

    def _on_failed(self, sentence: str) -> None:
        self._count.setText(sentence)
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(True)

    def _show_busy(self) -> None:
        if self._adjuster.is_busy and not self._count.text():
            self._count.setText(_("Working…"))

    # --- ending ------------------------------------------------------------------------------------------

    def accept(self) -> None:
        """Keep the value; what is still being worked out is waited for."""
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(False)
        self._adjuster.accept()

    def reject(self) -> None:
        self._adjuster.cancel()
        self._close()

    def _on_ended(self, made: Made | None) -> None:
        if made:
            adjustment = self._adjustment
            known = self._workbench.settings.shaping
            asked = {adjustment.id: self._spin.value(), f"{adjustment.id}.box": self._box.isChecked()}
            self._workbench.settings.shaping = {**known, **asked}
        self._close()

    def _close(self) -> None:
        if not self._ends:
            self._ends = True
            super().reject()
            self._window.activateWindow()  # keys go on where they were


def point_count(annotation: Annotation, refs: Refs) -> int:
    return sum(len(annotation.polygon(ref).points) for ref in refs)
