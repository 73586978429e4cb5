"""The whole image small in a corner of the canvas, with a frame around what is in sight."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from labeler.editor.canvas import Canvas
from labeler.editor.painting.camera import Camera
from labeler.editor.painting.look import Look
from labeler.editor.painting.picture import PicturePainter
from labeler.editor.workbench import Workbench
from labeler.i18n import _

_SIDE_PX, _MARGIN_PX, _EDGE_PX = 180, 12, 1
_EDGE = QColor("#101114")
_FRAME = QColor("#ffd60a")


class Minimap(QWidget):
    """Lies over the canvas; a press or drag in it moves the canvas's view there."""

    def __init__(self, workbench: Workbench, canvas: Canvas) -> None:
        super().__init__(canvas)
        self.setObjectName("minimap")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self._workbench = workbench
        self._canvas = canvas
        self._image: QImage | None = None
        #: The frame that is painted.
        self._painted = QRectF()
        canvas.installEventFilter(self)
        canvas.view_changed.connect(self._follow)
        workbench.picture_changed.connect(self._arrange)
        workbench.image_changed.connect(self._arrange)
        workbench.view.changed.connect(self._arrange)
        workbench.keys_changed.connect(self._arrange)
        self._arrange()

    # --- where and what ------------------------------------------------------------------------------------

    def _arrange(self) -> None:
        """Another picture, another size of the canvas, other tones or keys."""
        picture = self._workbench.picture
        self._image = None
        if picture is None or not self._workbench.view.options.minimap:
            self.hide()
            return
        share = _SIDE_PX / max(picture.width, picture.height)
        width, height = (
            max(round(side * share), 4) + 2 * _EDGE_PX for side in (picture.width, picture.height)
        )
        right, bottom = self._canvas.width() - _MARGIN_PX, self._canvas.height() - _MARGIN_PX
        self.setGeometry(right - width, bottom - height, width, height)
        self.setToolTip(self._tip())
        self.show()
        self.update()

    def _tip(self) -> str:
        key = self._workbench.key_of("view.minimap")
        if not key:
            return _("Click or drag to go there")
        return _("Click or drag to go there ({key} hides it)").format(key=key)

    def _follow(self) -> None:
        if self.isVisible() and self._frame() != self._painted:
            self.update()

    def _inner(self) -> QRectF:
        edge = _EDGE_PX
        return QRectF(self.rect()).adjusted(edge, edge, -edge, -edge)

    def _frame(self) -> QRectF:
        """What is in sight, on the map."""
        view, inner = self._canvas.view, self._inner()
        left, top, right, bottom = view.visible
        across, down = inner.width() / view.image_width, inner.height() / view.image_height
        shown = QRectF(left * across, top * down, (right - left) * across, (bottom - top) * down)
        return shown.translated(inner.topLeft()) & inner

    def _small(self) -> QImage:
        """The picture as it is looked at, painted once for each look."""
        ratio = self.devicePixelRatioF()
        inner = self._inner()
        width, height = round(inner.width() * ratio), round(inner.height() * ratio)
        picture, options = self._workbench.picture, self._workbench.view.options
        painter = PicturePainter("#232427")
        painter.picture, painter.look = picture, Look(options.tones)
        pixels = np.zeros((height, width, 4), np.uint8)
        assert picture
        scale = max(width / picture.width, height / picture.height)
        painter.paint(pixels, (0, 0, width, height), Camera(scale, 0, 0, width, height))
        # Qt keeps no pixels alive that are not its own.
        return QImage(pixels.data, width, height, QImage.Format.Format_ARGB32_Premultiplied).copy()

    # --- events --------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._workbench.picture is None:
            return
        if self._image is None:
            self._image = self._small()
        self._painted = self._frame()
        inner = self._inner()
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), _EDGE)
            painter.drawImage(inner, self._image)
            outside = QColor(0, 0, 0, 110)
            for part in _around(inner, self._painted):
                painter.fillRect(part, outside)
            for pen in (QPen(QColor(0, 0, 0, 200), 3), QPen(_FRAME, 1)):
                painter.setPen(pen)
                painter.drawRect(self._painted.adjusted(0, 0, -1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._go(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Around the middle of what is in sight."""
        notches = event.angleDelta().y() / 120
        if notches:
            self._canvas.zoom_by(1.2**notches)
        event.accept()

    def _go(self, place: QPointF) -> None:
        view, inner = self._canvas.view, self._inner()
        x = (place.x() - inner.left()) / inner.width() * view.image_width
        y = (place.y() - inner.top()) / inner.height() * view.image_height
        at_x, at_y = view.to_screen((x, y))
        # By whole pixels: then what is painted can be moved along.
        ratio = self._canvas.devicePixelRatioF()
        dx, dy = (round(d * ratio) / ratio for d in (view.width / 2 - at_x, view.height / 2 - at_y))
        self._canvas.pan_by(dx, dy)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._arrange()
        return False


def _around(whole: QRectF, hole: QRectF) -> list[QRectF]:
    """The four parts of a rectangle around another inside of it."""
    above = QRectF(whole.left(), whole.top(), whole.width(), hole.top() - whole.top())
    below = QRectF(whole.left(), hole.bottom(), whole.width(), whole.bottom() - hole.bottom())
    left = QRectF(whole.left(), hole.top(), hole.left() - whole.left(), hole.height())
    right = QRectF(hole.right(), hole.top(), whole.right() - hole.right(), hole.height())
    return [above, below, left, right]
