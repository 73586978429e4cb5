"""The status line: the tool's next step, the image, the saving, the pixel under the pointer, the zoom."""

from __future__ import annotations

from math import floor

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from labeler.editor.canvas import Canvas
from labeler.editor.workbench import Workbench
from labeler.geometry.nearest import Position
from labeler.i18n import _, ngettext

#: A longer file name is shortened in the middle.
_NAME_PX = 200


class Status(QStatusBar):
    def __init__(self, workbench: Workbench, canvas: Canvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._canvas = canvas
        self._pointer: Position | None = None
        self._hint = QLabel()
        self._image = self._field(_("The image, its place in the list, and how many images are labelled"))
        self._image.setObjectName("image")
        self._saved = self._field(_("Whether everything is on disk"))
        self._pixel = self._field(_("Pixel under the pointer: column, row and colour"))
        self._zoom = self._field(_("Pixels of the screen for an image pixel"))
        self._hint.setObjectName("hint")
        self._hint.setMinimumWidth(80)
        self.addWidget(self._hint, 1)
        for field in (self._image, self._saved, self._pixel, self._zoom):
            self.addPermanentWidget(field)
        workbench.state_changed.connect(self._show_hint)
        workbench.selection_changed.connect(self._show_hint)
        workbench.class_changed.connect(self._show_hint)
        workbench.tool_changed.connect(self._show_hint)
        workbench.picture_changed.connect(self._show_all)
        workbench.image_changed.connect(self._show_all)
        workbench.dataset_changed.connect(self._show_image)
        workbench.labelled_changed.connect(self._show_image)
        workbench.saving_changed.connect(self._show_saved)
        canvas.view_changed.connect(self._show_zoom)
        canvas.pointed.connect(self._show_pixel)
        self._show_all()

    def _field(self, tip: str) -> QLabel:
        label = QLabel()
        label.setToolTip(tip)
        label.setTextFormat(Qt.TextFormat.PlainText)  # file names stay as they are
        label.setContentsMargins(6, 0, 6, 0)
        return label

    def _show_all(self) -> None:
        self._show_hint()
        self._show_image()
        self._show_saved()
        self._show_zoom()
        self._show_pixel(self._pointer)

    def _show_hint(self) -> None:
        hint = self._workbench.controller.hint if self._workbench.picture else ""
        if self._hint.text() != hint:
            self._hint.setText(hint)

    def _show_image(self) -> None:
        """Name, place in the list, how many are labelled: in sight when the panel of images is closed too."""
        workbench = self._workbench
        labelled = workbench.labelled_count
        parts = [
            f"{workbench.row + 1} / {len(workbench.images)}",
            ngettext("{count} labelled", "{count} labelled", labelled).format(count=labelled),
        ]
        name = workbench.image.entry.name if workbench.image else ""
        short = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, _NAME_PX)
        self._image.setText(" · ".join([short, *parts]) if name else "")

    def _show_saved(self) -> None:
        workbench = self._workbench
        if workbench.saving.problem:
            self._saved.setText("⚠ " + _("Not saved, trying again"))
            self._saved.setToolTip(workbench.saving.problem)
        elif workbench.image is None or workbench.context.read_only:
            self._saved.setText("")
        else:
            self._saved.setText(_("Saved") if workbench.image.is_saved else _("Saving…"))
            self._saved.setToolTip(_("Whether everything is on disk"))

    def _show_zoom(self) -> None:
        shown = f"{self._canvas.zoom * 100:.0f} %" if self._workbench.picture else ""
        self._zoom.setText(shown)

    def _show_pixel(self, position: Position | None) -> None:
        self._pointer = position
        picture = self._workbench.picture
        if picture is None or position is None:
            self._pixel.setText("")
            return
        column, row = floor(position[0]), floor(position[1])
        text = f"{column}, {row}"
        if 0 <= column < picture.width and 0 <= row < picture.height:
            text += "   " + " ".join(f"{value:g}" for value in picture.value_at(column, row))
        self._pixel.setText(text)
