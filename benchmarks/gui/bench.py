"""What the scenarios share: a canvas of the agreed size, frames timed with their paint, opening, panning."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

import qt
from driver import DriverBase

FRAMES = 200
#: Seconds one operation may take before it stops short of its frames.
BUDGET_S = float(os.environ.get("BENCH_BUDGET", "10"))
CANVAS = (1600, 1000)
clock = time.perf_counter


def out(**line: object) -> None:
    print("@@" + json.dumps(line), flush=True)


class Bench:
    def __init__(self, driver: DriverBase) -> None:
        self.driver = driver

    @cached_property
    def paints(self) -> qt.PaintCounter:
        return qt.PaintCounter(self.driver.canvas())

    @cached_property
    def dialogs(self) -> qt.DialogWatcher:
        return qt.DialogWatcher()

    def prepare(self) -> None:
        """Wait for the window and give its canvas the agreed size."""
        window, viewport = self.driver.window(), self.driver.viewport
        qt.wait_until(lambda: window.isVisible() and window.windowHandle() is not None)
        qt.spin(0.2)
        assert not self.dialogs.seen
        window.showNormal()
        qt.flush()
        for _ in range(6):
            short = CANVAS[0] - viewport().width(), CANVAS[1] - viewport().height()
            if short == (0, 0):
                break
            window.resize(window.width() + short[0], window.height() + short[1])
            qt.flush()
        qt.spin(0.2)
        assert self.paints.seen >= 0

    @staticmethod
    def summary(ms: list[float]) -> dict[str, float]:
        ordered = sorted(ms)
        return {
            "n": len(ordered),
            "median": round(statistics.median(ordered), 3),
            "p99": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))], 3),
            "max": round(ordered[-1], 3),
        }

    def frames(
        self,
        op: str,
        step: Callable[[int], object],
        count: int = FRAMES,
        done: Callable[[], bool] | None = None,
        before: Callable[[int], object] | None = None,
    ) -> None:
        """``step(k)`` count times (at least 3, fewer past the budget): event handling and paint, in ms.

        ``cpu_ms`` is the GUI thread's own time, which others on a shared machine disturb less; ``before`` is
        not timed.
        """
        times, cpu, painted, begin = [], [], [], clock()
        for k in range(count):
            if before:
                before(k)
                qt.flush()
            seen, cpu_start, start = self.paints.seen, time.thread_time(), clock()
            step(k)
            qt.flush()
            while done is not None and not done():
                qt.flush()
            times.append((clock() - start) * 1e3)
            cpu.append((time.thread_time() - cpu_start) * 1e3)
            painted.append(self.paints.seen - seen)
            if clock() - begin > BUDGET_S and len(times) >= 3:
                break
        self._tell(op, times, cpu, painted)

    def _tell(self, op: str, times: list[float], cpu: list[float], painted: list[int]) -> None:
        out(
            op=op,
            ms=self.summary(times),
            cpu_ms=self.summary(cpu),
            paints_per_event=round(sum(painted) / len(painted), 2),
            without_paint=painted.count(0),
        )

    # --- opening -----------------------------------------------------------------------------------------

    def open_until_painted(
        self, path: object, opener: Callable[[str], object], timeout: float = 580
    ) -> float | None:
        """Seconds until the image is painted in full; None when it never was."""
        driver, seen, start = self.driver, self.paints.seen, clock()
        opener(str(path))
        ready = qt.wait_until(
            lambda: driver.shown() == str(path) or (driver.shown() and Path(path).is_dir()), timeout, sleep=0
        )
        qt.flush()
        qt.wait_until(lambda: self.paints.seen > seen and driver.is_sharp(), timeout, sleep=0)
        return None if ready is None else round(clock() - start, 4)

    def open_scene(self, path: Path, times: int = 1) -> tuple[list[float | None], list[float | None]]:
        """Open a copy of the scene, editors save by themselves; seconds without and with its labels.

        Both pictures are new to the editor each time: what it decoded ahead or keeps would flatter it.
        """
        without, with_labels, begin = [], [], clock()
        for number in range(times):
            folder = _own_copy(path, number)
            with tempfile.TemporaryDirectory(dir=folder.parent) as other:
                bare = Path(other) / "bare.jpg"
                shutil.copyfile(folder / "scene.jpg", bare)
                without.append(self.open_until_painted(bare, self.driver.open_image))
                self.driver.settle()
                with_labels.append(self.open_until_painted(folder / "scene.jpg", self.driver.open_image))
                self.driver.settle()
            if clock() - begin > 2 * BUDGET_S:
                break
        if not self.driver.polygon_count():
            raise RuntimeError("no polygons shown")
        return without, with_labels

    # --- gestures ----------------------------------------------------------------------------------------

    def pan(self, op: str) -> None:
        driver, canvas = self.driver, self.driver.canvas()
        # One notch in first: some editors pan only what overflows.
        middle = canvas.width() / 2, canvas.height() / 2
        driver.zoom(middle, 1)
        qt.flush()
        qt.wait_until(driver.is_sharp, 20)
        origin = canvas.mapToGlobal(qt.QPoint(0, 0))
        at = list(middle)
        driver.pan_press(middle)
        qt.flush()

        def step(k: int) -> None:
            at[0] += 10 if k % 2 == 0 else -10
            at[1] += 10 if k % 4 < 2 else -10
            # The canvas itself may move under the pointer: keep global positions.
            now = canvas.mapToGlobal(qt.QPoint(0, 0))
            driver.pan_move((at[0] + origin.x() - now.x(), at[1] + origin.y() - now.y()))

        before = driver.to_widget(0, 0), canvas.mapToGlobal(qt.QPoint(0, 0))
        step(0)
        qt.flush()
        moved = (driver.to_widget(0, 0), canvas.mapToGlobal(qt.QPoint(0, 0))) != before
        self.frames(op, step)
        driver.pan_release((at[0], at[1]))
        out(op=f"{op}_effect", moved=moved)
        driver.fit()
        qt.spin(0.2)
        qt.wait_until(driver.is_sharp, 20)

    def central(self) -> int:
        """The polygon nearest the middle of the image."""
        starts = (self.driver.vertex(number, 0) for number in range(self.driver.polygon_count()))
        distances = [(x - 2000) ** 2 + (y - 1500) ** 2 for x, y in starts]
        return distances.index(min(distances))


def _own_copy(path: Path, number: int) -> Path:
    copy = Path(os.environ["HOME"]) / f"scene{number}"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(path, copy)
    return copy
