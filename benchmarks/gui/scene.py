"""The scenarios of one image with many polygons: gestures, autosave, memory."""

from __future__ import annotations

import gc
import math
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import qt
from bench import BUDGET_S, Bench, clock, out
from grid import HEIGHT, WIDTH, grid

#: How often a mouse tells where it is.
_EVENT_S = 0.008
_DRAGS = 10


def scene(bench: Bench, path: str) -> None:
    """Everything people do all day over the polygons of PATH/scene.jpg."""
    driver = bench.driver
    bench.prepare()
    qt.reset_peak()
    without, with_labels = bench.open_scene(Path(path), times=4)
    out(op="open", without_s=without, with_s=with_labels, dialogs=bench.dialogs.seen)
    driver.edit_mode()
    driver.fit()
    qt.spin(0.2)
    qt.wait_until(driver.is_sharp, 60)
    viewport = driver.viewport()
    out(
        op="view",
        viewport=[viewport.width(), viewport.height()],
        scale=round(driver.scale(), 4),
        polygons=driver.polygon_count(),
        versions=driver.versions(),
    )
    _look(bench)
    bench.pan("pan")
    _drag_and_undo(bench)
    _drag_over_mask(bench)
    _draw(bench)
    _save(bench)
    out(op="scene_memory", rss_mb=round(qt.rss_mb(), 1), peak_mb=round(qt.peak_mb(), 1))


def _look(bench: Bench) -> None:
    driver, canvas = bench.driver, bench.driver.canvas()
    x, y = driver.to_widget(2000, 1500)
    bench.frames("repaint", lambda k: canvas.repaint())
    way = [(x - 250 + 10 * k, y - 150 + 6 * k) for k in range(50)]
    bench.frames("hover", lambda k: qt.mouse(canvas, "move", way[k % 50]))
    qt.mouse(canvas, "move", (5, 5))
    qt.flush()

    def notch(k: int) -> None:
        driver.zoom((x, y), 1 if k % 2 == 0 else -1)

    bench.frames("zoom_sharp", notch, count=50, done=driver.is_sharp)
    qt.wait_until(driver.is_sharp, 20)
    bench.frames("zoom_first_frame", notch, count=50)
    qt.wait_until(driver.is_sharp, 20)
    driver.fit()
    qt.flush()
    qt.wait_until(driver.is_sharp, 20)


def _drag_and_undo(bench: Bench) -> None:
    """Drag a vertex once at length, then a little and back with undo, several times."""
    driver, canvas = bench.driver, bench.driver.canvas()
    polygon = bench.central()
    driver.arm_vertex(polygon, 3)
    qt.flush()
    before = driver.checksum()
    x, y = driver.to_widget(*driver.vertex(polygon, 3))
    start = clock()
    qt.mouse(canvas, "press", (x, y), "left")
    qt.flush()
    press = (clock() - start) * 1e3
    bench.frames(
        "drag_vertex", lambda k: qt.mouse(canvas, "move", (x + 4 + k % 7, y + 4 + k % 5), None, "left")
    )
    start = clock()
    qt.mouse(canvas, "release", (x + 4, y + 4), "left")
    qt.flush()
    out(
        op="drag_ends",
        press_ms=round(press, 3),
        release_ms=round((clock() - start) * 1e3, 3),
        changed=driver.checksum() != before,
    )
    driver.settle()
    undone = []

    def drag(k: int) -> None:
        if k:
            _short_drag(bench, polygon, 3)
            driver.settle()
        undone.append(driver.checksum())

    bench.frames("undo", lambda k: driver.undo(), count=_DRAGS, before=drag)
    out(op="undo_effect", changed=driver.checksum() != undone[-1])
    driver.settle()


def _drag_over_mask(bench: Bench) -> None:
    """Drag a vertex while the mask is shown, which follows."""
    driver, canvas = bench.driver, bench.driver.canvas()
    if not driver.show_mask(True):
        return
    polygon = bench.central()
    driver.arm_vertex(polygon, 3)
    qt.flush()
    x, y = driver.to_widget(*driver.vertex(polygon, 3))
    qt.mouse(canvas, "press", (x, y), "left")
    bench.frames(
        "drag_over_mask", lambda k: qt.mouse(canvas, "move", (x + 4 + k % 7, y + 4 + k % 5), None, "left")
    )
    qt.mouse(canvas, "release", (x + 4, y + 4), "left")
    driver.show_mask(False)
    qt.flush()
    driver.settle()


def _short_drag(bench: Bench, polygon: int, vertex: int, by: float = 9) -> None:
    driver, canvas = bench.driver, bench.driver.canvas()
    driver.arm_vertex(polygon, vertex)
    qt.flush()
    x, y = driver.to_widget(*driver.vertex(polygon, vertex))
    qt.mouse(canvas, "press", (x, y), "left")
    for step in (by / 2, by):
        qt.mouse(canvas, "move", (x + step, y + step), None, "left")
        qt.flush()
    qt.mouse(canvas, "release", (x + by, y + by), "left")
    qt.flush()


def _draw(bench: Bench) -> None:
    driver, canvas = bench.driver, bench.driver.canvas()
    x, y = driver.to_widget(2000, 1500)
    ring = [(x + 260 * math.cos(a / 8), y + 260 * math.sin(a / 8)) for a in range(26)]
    driver.draw_mode()
    qt.flush()
    qt.mouse(canvas, "move", _free_spot(bench))
    driver.start_drawing(_free_spot(bench))
    qt.flush()
    bench.frames(
        "draw_move", lambda k: qt.mouse(canvas, "move", (ring[1][0] + k % 9 - 4, ring[1][1] + k % 7 - 3))
    )
    points = driver.drawn_points()
    count = min(20, len(ring) - 2)
    bench.frames(
        "draw_point",
        lambda k: qt.click(canvas, ring[1 + k]),
        count=count,
        before=lambda k: qt.mouse(canvas, "move", ring[1 + k]),
    )
    out(op="draw_effect", points=[points, driver.drawn_points()], clicks=count)
    driver.cancel_drawing()
    qt.flush()
    driver.edit_mode()
    qt.flush()


def _free_spot(bench: Bench) -> qt.Position:
    """A corner of the scene's grid near its middle: a press on a polygon would select it, not draw."""
    columns, rows = grid(bench.driver.polygon_count())
    return bench.driver.to_widget(WIDTH * (columns // 2) / columns, HEIGHT * (rows // 2) / rows)


def _save(bench: Bench) -> None:
    times, size = [], 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(3):
            file = Path(folder) / f"out{number}.json"
            start = clock()
            bench.driver.save_to(str(file))
            times.append((clock() - start) * 1e3)
            size = file.stat().st_size
    out(op="save", ms=bench.summary(times), bytes=size)


def autosave(bench: Bench, path: str) -> None:
    """The pointer moves at 125 Hz; how late is a frame while labels are being saved, and else?"""
    driver = bench.driver
    bench.prepare()
    bench.open_scene(Path(path))
    driver.edit_mode()
    driver.fit()
    qt.wait_until(driver.is_sharp, 60)
    polygon = bench.central()
    idle = _paced_frames(bench, 1.5, lambda: True)
    out(op="no_save", ms=bench.summary(idle))
    later: list[float] = []
    for number in range(_DRAGS):
        _short_drag(bench, polygon, number % 30, 5)
        start = clock()
        frames = _paced_frames(bench, 20, driver.is_saving)
        took = clock() - start
        if number == 0:
            out(op="first_autosave", ms=bench.summary(frames), s=round(took, 3))
        else:
            later += frames
        driver.settle()
        qt.wait_until(driver.is_sharp, 60)
    out(op="later_autosaves", ms=bench.summary(later), saves=_DRAGS - 1)


def _paced_frames(bench: Bench, seconds: float, wanted: Callable[[], bool]) -> list[float]:
    """Milliseconds from when each frame was due to its end, while ``wanted()`` and no longer than that."""
    canvas = bench.driver.canvas()
    x, y = bench.driver.to_widget(2000, 1500)
    times: list[float] = []
    begin = due = clock()
    while not times or (wanted() and clock() - begin < seconds):
        due = max(due + _EVENT_S, clock())
        time.sleep(max(0.0, due - clock()))
        k = len(times) % 50
        qt.mouse(canvas, "move", (x - 250 + 10 * k, y - 150 + 6 * k))
        qt.flush()
        times.append((clock() - due) * 1e3)
    return times


def memory(bench: Bench, path: str) -> None:
    """What the labels and one undo step take, by tracemalloc (numpy's data included, Qt's not)."""
    driver = bench.driver
    bench.prepare()
    rss = qt.rss_mb()
    bench.open_scene(Path(path))
    out(op="opened", rss_more_mb=round(qt.rss_mb() - rss, 1))
    driver.edit_mode()
    driver.fit()
    polygon = bench.central()
    _short_drag(bench, polygon, 0)
    driver.settle()
    tracemalloc.start()
    begin = clock()
    sizes = []
    for number in range(_DRAGS):
        _short_drag(bench, polygon, 1 + number)
        driver.settle()
        gc.collect()
        sizes.append(tracemalloc.get_traced_memory()[0])
        if clock() - begin > 4 * BUDGET_S:
            break
    # The first drags fill caches that every later one shares.
    settled = sizes[len(sizes) // 2 :]
    step = (settled[-1] - settled[0]) / max(1, len(settled) - 1)
    out(op="undo_step", kb=round(step / 1e3, 1), steps=len(settled) - 1)
    tracemalloc.stop()
    if labels := driver.labels_mb(str(Path(path) / "scene.jpg")):
        out(op="labels", mb=labels)
