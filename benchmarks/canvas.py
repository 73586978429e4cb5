"""How long the canvas takes for what people do all day, in a real (offscreen) window with real events.

    python benchmarks/canvas.py [POLYGONS] [POINTS]

Medians and 99th percentiles in ms, and each as a multiple of the floor: blitting a canvas-sized image in the
same run. The paint is forced after each event.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QPainter, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from labeler.document.model import Annotation, ImageInfo, Instance, Polygon, PolygonRef, Role
from labeler.document.session import Session
from labeler.editor.canvas import Canvas
from labeler.editor.painting.picture import Picture
from labeler.editor.painting.style import Style
from labeler.geometry.viewport import Viewport
from labeler.tools import TOOLS
from labeler.tools.context import Context
from labeler.tools.controller import Controller

WIDTH, HEIGHT = 4000, 3000
ROUNDS = 60


def scene(polygons: int, points: int) -> Annotation:
    """Wobbly rings all over the image, a tenth of them holes of the one before."""
    rng = np.random.default_rng(0)
    angle = np.linspace(0, 2 * np.pi, points, endpoint=False)
    radius = 0.35 * np.sqrt(WIDTH * HEIGHT / polygons)
    instances: list[Instance] = []
    for number in range(polygons):
        center = rng.uniform((0, 0), (WIDTH, HEIGHT))
        wobble = 1 + 0.15 * np.sin(5 * angle + rng.uniform(0, 6))
        ring = np.column_stack([np.cos(angle), np.sin(angle)]) * wobble[:, None]
        if number % 10 == 9:
            host = instances.pop()
            middle = host.polygons[0].points.mean(axis=0)
            hole = Polygon(Role.EXCLUDE, middle + ring * radius * 0.4)
            instances.append(Instance(host.id, host.class_name, (*host.polygons, hole)))
        else:
            shape = Polygon(Role.INCLUDE, center + ring * radius)
            instances.append(Instance(f"i{number}", "ab"[number % 2], (shape,)))
    return Annotation(ImageInfo("bench.png", WIDTH, HEIGHT), tuple(instances))


class Bench:
    def __init__(self, annotation: Annotation) -> None:
        context = Context(Session(annotation), Viewport(1600, 1000, WIDTH, HEIGHT), "a")
        self.context = context
        self.controller = Controller(context, TOOLS[0])
        self.canvas = Canvas(self.controller)
        self.canvas.set_style(Style({"a": "#3cb44b", "b": "#4363d8"}))
        self.canvas.resize(1600, 1000)
        noise = np.random.default_rng(1).integers(0, 255, (HEIGHT // 8, WIDTH // 8, 3), np.uint8)
        self.canvas.show_image(Picture(np.repeat(np.repeat(noise, 8, 0), 8, 1)))
        self.canvas.show()
        self.paint()

    def paint(self) -> None:
        QApplication.processEvents()

    def measure(self, name: str, step: Callable[[int], None], floor: float, rounds: int = ROUNDS) -> None:
        times = []
        for number in range(rounds):
            start = time.perf_counter()
            step(number)
            self.paint()
            times.append((time.perf_counter() - start) * 1000)
        median = statistics.median(times)
        p99 = sorted(times)[int(len(times) * 0.99)]
        print(f"{name:28s} {median:8.2f} ms   p99 {p99:8.2f} ms   {median / floor:7.1f} × floor")

    def on_screen(self, x: float, y: float) -> QPoint:
        x, y = self.context.view.to_screen((x, y))
        return QPoint(round(x), round(y))


def floor_ms() -> float:
    image = QImage(1600, 1000, QImage.Format.Format_ARGB32_Premultiplied)
    target = QImage(1600, 1000, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0xFF203040)
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        with QPainter(target) as painter:
            painter.drawImage(0, 0, image)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def main(polygons: int, points: int) -> None:
    app = QApplication.instance() or QApplication([])
    bench = Bench(scene(polygons, points))
    canvas, context = bench.canvas, bench.context
    floor = floor_ms()
    print(f"{polygons} polygons × {points} points; floor (blit 1600×1000) {floor:.2f} ms")
    bench.measure("repaint", lambda n: canvas.update(), floor)
    bench.measure("hover", lambda n: QTest.mouseMove(canvas, QPoint(100 + 20 * n, 300 + 5 * n)), floor)
    ref = PolygonRef(context.annotation.instances[0].id, 0)
    context.select([ref])
    vertex = context.annotation.polygon(ref).points[0].tolist()
    QTest.mouseMove(canvas, bench.on_screen(*vertex))
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=bench.on_screen(*vertex))
    at = bench.on_screen(*vertex)
    bench.measure("drag a vertex", lambda n: QTest.mouseMove(canvas, at + QPoint(5 + n % 30, n % 20)), floor)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at)
    bench.paint()

    def undo_redo(number: int) -> None:
        (bench.controller.undo if number % 2 == 0 else bench.controller.redo)()

    bench.measure("undo or redo a drag", undo_redo, floor)
    bench.controller.use(TOOLS[1])
    context.select(())
    spot = QPoint(700, 500)
    for number, (dx, dy) in enumerate(((0, 0), (60, 5), (40, 50))):
        QTest.mouseMove(canvas, spot + QPoint(dx, dy))
        # Alt starts a polygon even where an outline lies under the pointer.
        modifier = Qt.KeyboardModifier.NoModifier if number else Qt.KeyboardModifier.AltModifier
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, modifier, spot + QPoint(dx, dy))
    assert bench.controller.state.is_gesture
    bench.measure("draw: rubber line", lambda n: QTest.mouseMove(canvas, spot + QPoint(n, 60 - n % 9)), floor)
    bench.controller.cancel()
    canvas.show_baked(True)
    context.select([ref])
    bench.controller.use(TOOLS[0])
    bench.paint()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at)
    bench.measure(
        "drag a vertex, baked mask", lambda n: QTest.mouseMove(canvas, at + QPoint(5 + n % 30, 9)), floor
    )
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at)
    canvas.show_baked(False)
    canvas.zoom_by(1.5)
    bench.paint()

    def pan(number: int) -> None:
        context.view = context.view.panned(10 if number % 20 < 10 else -10, 0)
        canvas.update()

    bench.measure("pan by 10 px", pan, floor)

    def zoom(number: int) -> None:
        at = QPointF(800, 500)
        delta = QPoint(0, 120 if number % 2 == 0 else -120)
        event = QWheelEvent(
            at, canvas.mapToGlobal(at), QPoint(), delta, Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        app.sendEvent(canvas, event)

    bench.measure("zoom a notch, sharp", zoom, floor)


if __name__ == "__main__":
    main(*(int(word) for word in (sys.argv[1:] or ["1000", "40"])))
