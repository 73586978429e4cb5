"""A minimal polygon editor, written for this benchmark only: what is achievable with Qt's raster engine.

Everything that need not be drawn again for each event is kept in one layer the size of the canvas (picture
and settled polygons); a frame is a blit of the dirty part of that layer plus the polygon under the pointer.
Reads labelme's files.
"""

from __future__ import annotations

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractListModel, QModelIndex, QPointF, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QImage,
    QImageReader,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QDockWidget, QListView, QMainWindow, QWidget

Rings = list[NDArray[np.float64]]

COLORS = ((255, 60, 60), (60, 220, 60), (80, 150, 255), (255, 170, 0), (220, 60, 220), (0, 210, 210),
          (250, 250, 60), (255, 255, 255))  # fmt: skip
BACKGROUND = QColor(40, 40, 40)
TOLERANCE_PX = 10.0
_ROLES = (Qt.ItemDataRole.DisplayRole,)


def decode(path: str) -> QImage:
    reader = QImageReader(path)
    reader.setAutoTransform(True)
    return reader.read().convertToFormat(QImage.Format.Format_RGB32)


def as_array(image: QImage) -> NDArray[np.uint8]:
    """The pixels of a 32-bit image, no copy."""
    width = image.bytesPerLine() // 4
    return np.frombuffer(image.bits(), np.uint8).reshape(image.height(), width, 4)


def pyramid(image: QImage, least: int = 1000) -> list[tuple[QImage, NDArray[np.uint8]]]:
    """The image and its halves, the smallest no wider than ``least``; each with the pixels it stands on."""
    levels = [(image, as_array(image))]
    while levels[-1][0].width() > least:
        pixels = levels[-1][1]
        height, width = pixels.shape[0] // 2, pixels.shape[1] // 2
        half = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)
        levels.append((QImage(half.data, width, height, width * 4, QImage.Format.Format_RGB32), half))
    return levels


class Canvas(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.levels: list[tuple[QImage, NDArray[np.uint8]]] = []
        self.size_px = (0, 0)
        self.scale, self.offset = 1.0, np.zeros(2)
        self.layer: QImage | None = None
        #: A copy of the layer and where it is stretched to while a zoom is not settled.
        self.stretched: tuple[QImage, QRectF] | None = None
        self.timer = QTimer(self, singleShot=True, interval=30)
        self.timer.timeout.connect(self.sharpen)
        self.drawing = False
        self.draft: list[list[float]] = []
        self.pointer: list[float] | None = None
        self.panning: QPointF | None = None
        self.set_polygons([], [])

    # --- model -------------------------------------------------------------------------------------------

    def set_polygons(self, rings: Rings, names: list[str]) -> None:
        listed = sorted(set(names))
        self.names = names
        self.color_of = np.array([listed.index(name) % len(COLORS) for name in names], np.int64)
        self.low = np.array([ring.min(0) for ring in rings]).reshape(-1, 2)
        self.high = np.array([ring.max(0) for ring in rings]).reshape(-1, 2)
        self.count = np.array([len(ring) for ring in rings], np.int64)
        self.starts = np.concatenate([[0], np.cumsum(self.count)])[:-1].astype(np.int64)
        self.flat = np.concatenate(rings) if rings else np.zeros((0, 2))
        # The rings are views of one array: moving a vertex builds nothing again.
        self.rings = [self.flat[s : s + n] for s, n in zip(self.starts, self.count)]
        self.hover: tuple[int, int | None] | None = None
        self.active: tuple[int, int, NDArray[np.float64]] | None = None
        self.undo_stack: list[tuple[int, int, NDArray[np.float64]]] = []

    def touch(self, number: int) -> None:
        self.low[number], self.high[number] = self.rings[number].min(0), self.rings[number].max(0)

    # --- view --------------------------------------------------------------------------------------------

    def show_levels(self, levels: list[tuple[QImage, NDArray[np.uint8]]]) -> None:
        self.levels, self.size_px = levels, (levels[0][0].width(), levels[0][0].height())

    def fit(self) -> None:
        width, height = self.size_px
        if width:
            self.scale = min(self.width() / width, self.height() / height)
            left_over = self.width() - width * self.scale, self.height() - height * self.scale
            self.offset = np.array(left_over) / 2
            self.sharpen()

    def resizeEvent(self, _event: QResizeEvent) -> None:  # noqa: N802
        self.layer = None
        self.fit()

    def sharpen(self) -> None:
        self.timer.stop()
        self.stretched = None
        if self.layer is None or self.layer.size() != self.size():
            self.layer = QImage(self.size(), QImage.Format.Format_RGB32)
        self.render_layer(self.rect())
        self.update()

    def render_layer(self, wanted: QRect, skip: int | None = None) -> None:
        """Draw picture and settled polygons into a rectangle of the layer."""
        rect = wanted.intersected(self.rect())
        if rect.isEmpty() or self.layer is None:
            return
        with QPainter(self.layer) as painter:
            painter.setClipRect(rect)
            painter.fillRect(rect, BACKGROUND)
            if self.levels:
                self.draw_picture(painter, rect)
            overlay = self.overlay(rect, skip) if self.rings else None
            if overlay is not None:
                size = rect.width(), rect.height(), rect.width() * 4
                image = QImage(overlay.data, *size, QImage.Format.Format_ARGB32_Premultiplied)
                painter.drawImage(rect.topLeft(), image)

    def draw_picture(self, painter: QPainter, rect: QRect) -> None:
        needed = self.size_px[0] * self.scale
        level = next(im for im, _ in reversed(self.levels) if im.width() >= needed or im is self.levels[0][0])
        scale = self.scale * self.size_px[0] / level.width()
        low = np.maximum(0, (np.array([rect.left(), rect.top()]) - self.offset) / scale).astype(int)
        far = (np.array([rect.right() + 1, rect.bottom() + 1]) - self.offset) / scale
        high = np.minimum([level.width(), level.height()], far.astype(int) + 1)
        if (high > low).all():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 1)
            target = QRectF(*(self.offset + low * scale).tolist(), *((high - low) * scale).tolist())
            painter.drawImage(target, level, QRectF(*low.tolist(), *(high - low).tolist()))

    def overlay(self, rect: QRect, skip: int | None) -> NDArray[np.uint8] | None:
        """The polygons that reach into the rectangle, thinned to a vertex a pixel, premultiplied."""
        offset = self.offset - (rect.left(), rect.top())
        low, high = self.low * self.scale + offset, self.high * self.scale + offset
        seen = ((high >= -2) & (low <= (rect.width() + 2, rect.height() + 2))).all(axis=1)
        if skip is not None:
            seen[skip] = False
        chosen = np.flatnonzero(seen)
        if not len(chosen):
            return None
        points, starts = self.flat, self.starts
        if len(chosen) < len(self.rings):
            points = np.concatenate([self.rings[i] for i in chosen])
            starts = np.concatenate([[0], np.cumsum(self.count[chosen])])[:-1]
        fixed, begins, ends = thinned(points * self.scale + offset, starts)
        pixels = np.zeros((rect.height(), rect.width(), 4), np.uint8)
        for number, (red, green, blue) in enumerate(COLORS):
            of_color = np.flatnonzero(self.color_of[chosen] == number)
            rings = [fixed[begins[i] : ends[i]] for i in of_color]
            cv2.polylines(pixels, rings, True, (blue, green, red, 255), 1, cv2.LINE_AA, 4)
        return pixels

    # --- painting ----------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        with QPainter(self) as painter:
            rect = event.rect()
            if self.stretched is not None:
                painter.fillRect(rect, BACKGROUND)
                painter.drawImage(self.stretched[1], self.stretched[0])
            elif self.layer is not None:
                painter.drawImage(rect, self.layer, rect)
            else:
                painter.fillRect(rect, BACKGROUND)
            shown = self.active or self.hover
            if shown:
                self.paint_one(painter, shown[0], shown[1])
            if self.draft:
                self.paint_draft(painter)

    def paint_one(self, painter: QPainter, number: int, vertex: int | None) -> None:
        ring = on_screen(self.rings[number] * self.scale + self.offset)
        color = QColor(*COLORS[self.color_of[number]])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(QPen(color, 2))
        painter.setBrush(QColor(color.red(), color.green(), color.blue(), 70))
        painter.drawPolygon(ring)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(QColor("white"), 5))
        painter.drawPoints(ring)
        if vertex is not None:
            painter.setPen(QPen(QColor("red"), 9))
            painter.drawPoint(ring[vertex])

    def paint_draft(self, painter: QPainter) -> None:
        ring = on_screen(self.draft_points(len(self.draft)) * self.scale + self.offset)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(QPen(QColor(0, 255, 0), 2))
        painter.drawPolyline(ring)
        painter.setPen(QPen(QColor("white"), 5))
        painter.drawPoints(ring)

    def draft_points(self, last: int) -> NDArray[np.float64]:
        return np.array(self.draft[-last:] + ([self.pointer] if self.pointer else []))

    def box(self, points: NDArray[np.float64], margin: int = 8) -> QRect:
        low, high = points.min(0) * self.scale + self.offset, points.max(0) * self.scale + self.offset
        left, top = int(low[0]) - margin, int(low[1]) - margin
        return QRect(left, top, int(high[0]) - left + margin + 2, int(high[1]) - top + margin + 2)

    # --- picking -----------------------------------------------------------------------------------------

    def pick(self, at: QPointF) -> tuple[int, int | None] | None:
        """The polygon and vertex here: boxes first, then the candidates' vertices, then their insides."""
        position, reach = np.array(self.to_image(at)), TOLERANCE_PX / self.scale
        near = ((self.low <= position + reach) & (self.high >= position - reach)).all(axis=1)
        candidates = np.flatnonzero(near)[::-1].tolist()
        best: tuple[float, int, int] | None = None
        for number in candidates:
            away = self.rings[number] - position
            squares = np.einsum("ij,ij->i", away, away)
            vertex = int(squares.argmin())
            if squares[vertex] <= reach * reach and (best is None or squares[vertex] < best[0]):
                best = float(squares[vertex]), number, vertex
        if best is not None:
            return best[1], best[2]
        for number in candidates:
            if cv2.pointPolygonTest(self.rings[number].astype(np.float32), position.tolist(), False) >= 0:
                return number, None
        return None

    def to_image(self, at: QPointF) -> list[float]:
        return [(at.x() - self.offset[0]) / self.scale, (at.y() - self.offset[1]) / self.scale]

    # --- events ------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.MiddleButton:
            self.panning = event.globalPosition()
        elif self.drawing:
            self.draft.append(self.to_image(event.position()))
            self.update(self.box(self.draft_points(2)))
        else:
            self.set_hover(self.pick(event.position()))
            if self.hover and self.hover[1] is not None:
                number, vertex = self.hover[0], self.hover[1]
                self.active = number, vertex, self.rings[number][vertex].copy()
                self.render_layer(self.box(self.rings[number]), skip=number)
                self.update(self.box(self.rings[number]))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self.panning is not None:
            moved = event.globalPosition() - self.panning
            self.panning = event.globalPosition()
            self.pan(round(moved.x()), round(moved.y()))
        elif self.drawing:
            self.move_draft(event.position())
        elif self.active:
            number, vertex, _ = self.active
            before = self.box(self.rings[number])
            self.rings[number][vertex] = self.to_image(event.position())
            self.update(before.united(self.box(self.rings[number])))
        else:
            self.set_hover(self.pick(event.position()))

    def move_draft(self, at: QPointF) -> None:
        if self.draft:
            before = self.box(self.draft_points(1))
            self.pointer = self.to_image(at)
            self.update(before.united(self.box(self.draft_points(1))))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.MiddleButton:
            self.panning = None
        elif self.active:
            self.undo_stack.append(self.active)
            number, self.active = self.active[0], None
            self.settle_ring(number, self.box(self.rings[number]))

    def settle_ring(self, number: int, box: QRect) -> None:
        self.touch(number)
        self.render_layer(box)
        self.update(box)

    def set_hover(self, hover: tuple[int, int | None] | None) -> None:
        if hover != self.hover:
            for shown in (self.hover, hover):
                if shown is not None:
                    self.update(self.box(self.rings[shown[0]]))
            self.hover = hover

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        at, factor = event.position(), 1.2 if event.angleDelta().y() > 0 else 1 / 1.2
        anchor = np.array(self.to_image(at))
        if self.stretched is None and self.layer is not None:
            self.stretched = self.layer.copy(), QRectF(self.rect())
        if self.stretched is not None:
            layer, rect = self.stretched
            corner = at + (rect.topLeft() - at) * factor
            self.stretched = layer, QRectF(corner, rect.size() * factor)
        self.scale *= factor
        self.offset = np.array([at.x(), at.y()]) - anchor * self.scale
        self.timer.start()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Escape:
            self.draft, self.pointer = [], None
            self.update()

    def pan(self, dx: int, dy: int) -> None:
        if self.stretched is not None:
            self.sharpen()
        self.offset = self.offset + (dx, dy)
        width, height = self.width(), self.height()
        if self.layer is None or abs(dx) >= width or abs(dy) >= height:
            self.sharpen()
            return
        pixels = as_array(self.layer)
        moved = pixels[max(-dy, 0) : height - max(dy, 0), max(-dx, 0) : width - max(dx, 0)].copy()
        pixels[max(dy, 0) : height - max(-dy, 0), max(dx, 0) : width - max(-dx, 0)] = moved
        if dy:
            self.render_layer(QRect(0, 0 if dy > 0 else height + dy, width, abs(dy)))
        if dx:
            self.render_layer(QRect(0 if dx > 0 else width + dx, 0, abs(dx), height))
        self.update()

    def undo(self) -> None:
        if self.undo_stack:
            number, vertex, before = self.undo_stack.pop()
            box = self.box(self.rings[number])
            self.rings[number][vertex] = before
            self.settle_ring(number, box.united(self.box(self.rings[number])))


def thinned(
    points: NDArray[np.float64], starts: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]:
    """One vertex per pixel, in 1/16 px, with where each ring begins and ends."""
    cell = points.astype(np.int32)
    keep = np.ones(len(points), bool)
    keep[1:] = (cell[1:] != cell[:-1]).any(axis=1)
    keep[starts] = True
    at = np.flatnonzero(keep)
    begins = np.searchsorted(at, starts)
    return np.round(points[at] * 16).astype(np.int32), begins, np.append(begins[1:], len(at))


def on_screen(points: NDArray[np.float64]) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in points.tolist()])


class Files(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def set(self, names: list[str]) -> None:
        self.beginResetModel()
        self.names = names
        self.endResetModel()

    def rowCount(self, _parent: QModelIndex | None = None) -> int:  # noqa: N802
        return len(self.names)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return self.names[index.row()] if role in _ROLES else None


class Window(QMainWindow):
    def __init__(self) -> None:
        super().__init__()
        QImageReader.setAllocationLimit(0)
        self.canvas = Canvas()
        self.setCentralWidget(self.canvas)
        self.files = Files()
        self.view = QListView()
        self.view.setUniformItemSizes(True)
        self.view.setModel(self.files)
        dock = QDockWidget("Files")
        dock.setWidget(self.view)
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
        self.pool = ThreadPoolExecutor(1)
        self.ahead: dict[str, Any] = {}
        self.folder, self.row = "", -1
        self.path: str | None = None
        self.resize(1900, 1080)

    def open_folder(self, folder: str) -> None:
        with os.scandir(folder) as entries:
            names = sorted(e.name for e in entries if e.name.lower().endswith((".jpg", ".png")))
        self.folder = folder
        self.files.set(names)
        self.go(0)

    def open_image(self, path: Path) -> None:
        self.folder = str(path.parent)
        self.files.set([path.name])
        self.go(0)

    def go(self, row: int) -> None:
        self.row = row
        self.view.setCurrentIndex(self.files.index(row))
        near = [r for r in (row, row + 1, row - 1) if 0 <= r < len(self.files.names)]
        paths = [os.path.join(self.folder, self.files.names[r]) for r in near]  # noqa: PTH118 - fast
        self.show_image(paths[0])
        self.ahead = {p: self.ahead.get(p) or self.pool.submit(load, p) for p in paths[1:]}

    def show_image(self, path: str) -> None:
        ahead = self.ahead.get(path)
        levels, rings, names = ahead.result() if ahead else load(path)
        self.canvas.show_levels(levels)
        self.canvas.set_polygons(rings, names)
        self.path = path
        self.canvas.fit()

    def save(self, path: Path) -> None:
        canvas = self.canvas
        shapes = [
            {"label": name, "points": ring.tolist(), "shape_type": "polygon", "flags": {}}
            for name, ring in zip(canvas.names, canvas.rings)
        ]
        file = {"imagePath": Path(self.path or "").name, "imageHeight": canvas.size_px[1],
                "imageWidth": canvas.size_px[0], "shapes": shapes}  # fmt: skip
        temporary = path.with_suffix(".tmp")
        with temporary.open("w") as stream:
            stream.write(json.dumps(file))
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)


def load(path: str) -> tuple[list[tuple[QImage, NDArray[np.uint8]]], Rings, list[str]]:
    """Picture levels and labels; runs in a worker or at once."""
    file = Path(path).with_suffix(".json")
    shapes = json.loads(file.read_text())["shapes"] if file.exists() else []
    rings = [np.array(shape["points"], np.float64) for shape in shapes]
    return pyramid(decode(path)), rings, [shape["label"] for shape in shapes]


def main(arguments: list[str]) -> None:
    app = QApplication(sys.argv[:1])
    app.setStyle("Fusion")
    window = Window()
    window.show()
    if arguments:
        window.open_image(Path(arguments[0]))
    app.exec()
