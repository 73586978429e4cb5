"""Small pictures of the images around the shown one, which is larger and in the middle. Click to go there."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QHideEvent,
    QIcon,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from labeler.editor.icons import icon
from labeler.editor.panels.marks import dot
from labeler.editor.thumbnails import Thumbnails
from labeler.editor.workbench import Workbench
from labeler.i18n import _

_LARGE_PX, _SMALL_PX, _GAP_PX, _MARGIN_PX = 80, 64, 6, 6
_MARK_PX = 14
_OTHERS_OPACITY = 0.55
#: Thumbnails are asked for when the strip stands still this long: the shown picture comes first.
_REST_MS = 120


class FilmstripPanel(QWidget):
    """Knows only the images that have a place in it, so it costs the same for any number of images."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__()
        self.setObjectName("filmstrip")
        self.setAccessibleName(_("Filmstrip"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self._workbench = workbench
        self._thumbnails: Thumbnails = workbench.thumbnails
        self._labelled = dot(filled=True)
        self._broken, self._none = icon("triangle-alert"), icon("image")
        self._hovered = -1
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._ask)
        self._thumbnails.arrived.connect(self.update)
        workbench.image_changed.connect(self._on_image_changed)
        workbench.picture_changed.connect(self._on_picture_changed)
        workbench.labelled_changed.connect(lambda name: self.update())
        workbench.broken_changed.connect(lambda name: self.update())
        workbench.images_changed.connect(self.update)
        workbench.dataset_changed.connect(self._on_image_changed)

    def sizeHint(self) -> QSize:
        return QSize(9 * (_SMALL_PX + _GAP_PX), _LARGE_PX + 2 * _MARGIN_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(_LARGE_PX + 2 * _MARGIN_PX, _LARGE_PX + 2 * _MARGIN_PX)

    # --- places --------------------------------------------------------------------------------------------

    def _cells(self) -> Iterator[tuple[int, QRect]]:
        """Row and place of every image that the strip has room for, from the middle outwards."""
        shown = self._workbench.row
        if shown < 0:
            return
        middle = self.rect().center()
        large = QRect(0, 0, _LARGE_PX, _LARGE_PX)
        large.moveCenter(middle)
        yield shown, large
        step = _SMALL_PX + _GAP_PX
        for distance in range(1, self.width() // (2 * step) + 2):
            offset = (_LARGE_PX - _SMALL_PX) // 2 + distance * step
            for row, x in ((shown + distance, middle.x() + offset), (shown - distance, middle.x() - offset)):
                cell = QRect(0, 0, _SMALL_PX, _SMALL_PX)
                cell.moveCenter(QPoint(x, middle.y()))
                if 0 <= row < len(self._workbench.images) and cell.intersects(self.rect()):
                    yield row, cell

    def row_at(self, place: QPoint) -> int:
        """The image under a place; -1 where there is none."""
        return next((row for row, cell in self._cells() if cell.contains(place)), -1)

    def cell_of(self, row: int) -> QRect:
        """Where an image is; empty when there is no room for it."""
        return next((cell for at, cell in self._cells() if at == row), QRect())

    # --- thumbnails ----------------------------------------------------------------------------------------

    def _on_image_changed(self) -> None:
        self._rest.start()
        self.update()

    def _on_picture_changed(self) -> None:
        image, picture = self._workbench.image, self._workbench.picture
        if image and picture and self.isVisible():
            self._thumbnails.put(image.entry.path, picture)
        self._rest.start()

    def _ask(self) -> None:
        """Ask for what is in sight, and for nothing when that is nothing."""
        cells = self._cells() if self.isVisible() else ()
        self._thumbnails.want([self._workbench.images[row].path for row, _cell in cells])

    def showEvent(self, event: QShowEvent) -> None:
        self._on_picture_changed()

    def hideEvent(self, event: QHideEvent) -> None:
        self._thumbnails.want(())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._rest.start()

    # --- painting ------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            for row, cell in self._cells():
                self._paint(painter, row, cell)

    def _paint(self, painter: QPainter, row: int, cell: QRect) -> None:
        entry = self._workbench.images[row]
        is_shown = row == self._workbench.row
        thumbnail = self._thumbnails.get(entry.path)
        painter.fillRect(cell, QColor(0, 0, 0, 60))
        painter.setOpacity(1.0 if is_shown or row == self._hovered else _OTHERS_OPACITY)
        if thumbnail:
            painter.drawImage(_fitted(thumbnail, cell), thumbnail)
        painter.setOpacity(1.0)
        if entry.name in self._workbench.broken:
            self._broken.paint(painter, _inside(cell, 24))
        elif thumbnail is None:
            self._none.paint(painter, _inside(cell, 24), mode=QIcon.Mode.Disabled)
        if self._workbench.is_labelled(entry.name):
            corner = QRect(cell.left() + 2, cell.bottom() - _MARK_PX - 1, _MARK_PX, _MARK_PX)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.palette().color(QPalette.ColorRole.Base))
            painter.drawEllipse(corner)
            self._labelled.paint(painter, corner)
        if is_shown:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 2))
            painter.drawRect(cell.adjusted(0, 0, -1, -1))

    # --- pointer -------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self.row_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and row >= 0 and row != self._workbench.row:
            self._workbench.show_image(self._workbench.images[row].name)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.row_at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)

    def _hover(self, row: int) -> None:
        if row != self._hovered:
            self._hovered = row
            self.setCursor(Qt.CursorShape.PointingHandCursor if row >= 0 else Qt.CursorShape.ArrowCursor)
            self.update()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            row = self.row_at(event.pos())
            if row >= 0:
                QToolTip.showText(event.globalPos(), self._tip(row), self, self.cell_of(row))
                return True
        return super().event(event)

    def _tip(self, row: int) -> str:
        name = self._workbench.images[row].name
        state = _("labelled") if self._workbench.is_labelled(name) else _("not labelled")
        reason = self._workbench.broken.get(name)
        return "\n".join([name, state, *([reason] if reason else [])])


def _fitted(image: QImage, cell: QRect) -> QRectF:
    """As large as the cell allows, with the image's proportions; tiny images are enlarged."""
    size = QSize(image.width(), image.height()).scaled(cell.size(), Qt.AspectRatioMode.KeepAspectRatio)
    rect = QRectF(0, 0, max(size.width(), 1), max(size.height(), 1))
    rect.moveCenter(QRectF(cell).center())
    return rect


def _inside(cell: QRect, side: int) -> QRect:
    rect = QRect(0, 0, side, side)
    rect.moveCenter(cell.center())
    return rect
