"""The status line: the tool's next step, the image, the saving, the pixel under the pointer, the zoom."""

from __future__ import annotations

from math import floor

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from labeler.editor.canvas import Canvas
from labeler.editor.workbench import Workbench
from labeler.geometry.nearest import Position
from labeler.i18n import _, ngettext

#: A longer file name is shortened in the middle.
_NAME_PX = 200


class _Field(QWidget):
    """A text that takes the room there is.

    A label in the status bar itself would have all of it laid out anew with each other text, and then the
    window, while the pointer moves.
    """

    def __init__(self, name: str = "", tip: str = "") -> None:
        super().__init__()
        self._label = QLabel(self)
        self._label.setObjectName(name)
        self._label.setTextFormat(Qt.TextFormat.PlainText)  # file names stay as they are
        self.setToolTip(tip)
        self._fit()

    def say(self, text: str) -> None:
        if text != self._label.text():
            self._label.setText(text)
            self._fit()

    def tell(self, tip: str) -> None:
        if tip != self.toolTip():
            self.setToolTip(tip)

    def _fit(self) -> None:
        self.setFixedHeight(self._label.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._label.setGeometry(self.rect())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()


class _Fitted(_Field):
    """As wide as its text; with ``keeps_width`` as the widest so far: the others do not jump about."""

    def __init__(self, name: str, tip: str, *, keeps_width: bool = False) -> None:
        self._keeps_width = keeps_width
        super().__init__(name, tip)
        self._label.setContentsMargins(6, 0, 6, 0)
        self._fit()

    def _fit(self) -> None:
        size = self._label.sizeHint()
        self.setFixedSize(max(size.width(), self.minimumWidth() * self._keeps_width), size.height())


class Status(QStatusBar):
    def __init__(self, workbench: Workbench, canvas: Canvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._canvas = canvas
        self._pointer: Position | None = None
        self._hint = _Field("hint")
        self._image = _Fitted(
            "image", _("The image, its place in the list, and how many images are labelled")
        )
        self._saved = _Fitted("saved", _("Whether everything is on disk"), keeps_width=True)
        self._pixel = _Fitted("pixel", _("Pixel under the pointer: column, row and colour"), keeps_width=True)
        self._zoom = _Fitted("zoom", _("Pixels of the screen for an image pixel"))
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

    def _show_all(self) -> None:
        self._show_hint()
        self._show_image()
        self._show_saved()
        self._show_zoom()
        self._show_pixel(self._pointer)

    def _show_hint(self) -> None:
        self._hint.say(self._workbench.controller.hint if self._workbench.picture else "")

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
        self._image.say(" · ".join([short, *parts]) if name else "")

    def _show_saved(self) -> None:
        workbench = self._workbench
        problem = workbench.saving.problem
        if problem:
            self._saved.say("⚠ " + _("Not saved, trying again"))
        elif workbench.image is None or workbench.context.read_only:
            self._saved.say("")
        else:
            self._saved.say(_("Saved") if workbench.image.is_saved else _("Saving…"))
        self._saved.tell(problem or _("Whether everything is on disk"))

    def _show_zoom(self) -> None:
        shown = f"{self._canvas.zoom * 100:.0f} %" if self._workbench.picture else ""
        self._zoom.say(shown)

    def _show_pixel(self, position: Position | None) -> None:
        self._pointer = position
        picture = self._workbench.picture
        if picture is None or position is None:
            self._pixel.say("")
            return
        column, row = floor(position[0]), floor(position[1])
        text = f"{column}, {row}"
        if 0 <= column < picture.width and 0 <= row < picture.height:
            text += "   " + " ".join(f"{value:g}" for value in picture.value_at(column, row))
        self._pixel.say(text)
