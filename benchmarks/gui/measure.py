"""Measure one scenario of one editor, in process; one JSON object per line, each after ``@@``.

    python measure.py DRIVER SCENARIO [ARGUMENT ...]

Run by run.py with the Python of the editor's environment. Scenarios are the entries of SCENARIOS below.
``$BENCH_T0`` is time.monotonic() taken just before the process was started.
"""

from __future__ import annotations

import importlib
import os
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import qt
from bench import Bench, out
from scene import autosave, memory, scene


def startup(bench: Bench, path: str) -> None:
    """From the start of the process to the window painted, and to the picture in it."""
    window, driver = bench.driver.window(), bench.driver
    frame = qt.FirstFrame()
    qt.wait_until(lambda: window.isVisible() and window.windowHandle() and window.windowHandle().isExposed())
    qt.flush()
    painted, painted_cpu = frame.painted
    qt.wait_until(lambda: driver.shown() is not None)
    qt.flush()
    start = float(os.environ["BENCH_T0"])
    out(
        op="startup",
        window_s=round(painted - start, 3),
        picture_s=round(time.monotonic() - start, 3),
        window_cpu_s=round(painted_cpu, 3),
        cpu_s=round(time.process_time(), 3),
        rss_mb=round(qt.rss_mb(), 1),
        versions=driver.versions(),
        python=sys.version.split()[0],
    )


def folder(bench: Bench, path: str) -> None:
    """Open a folder of many images, step through it, hover in it."""
    bench.prepare()
    qt.reset_peak()
    painted = bench.open_until_painted(path, bench.driver.open_folder)
    out(op="open_folder", s=painted, rss_mb=round(qt.rss_mb(), 1), peak_mb=round(qt.peak_mb(), 1))
    qt.spin(1.0)
    _step(bench, "next_in_folder", 0)
    qt.spin(0.5)
    canvas = bench.driver.canvas()
    middle = canvas.width() / 2
    bench.frames("hover_in_folder", lambda k: qt.mouse(canvas, "move", (middle + 3 * (k % 20), 200)))


def neighbours(bench: Bench, path: str) -> None:
    """The next image, after a pause in which it may be decoded ahead, and at once."""
    bench.prepare()
    bench.open_until_painted(path, bench.driver.open_folder)
    qt.spin(2.5)
    _step(bench, "next_dwelled", bench.driver.prefetch_s)
    _step(bench, "next_at_once", 0)
    out(op="neighbours_memory", rss_mb=round(qt.rss_mb(), 1), peak_mb=round(qt.peak_mb(), 1))


def _step(bench: Bench, op: str, dwell_s: float) -> None:
    times = []
    for _ in range(5):
        if dwell_s:
            qt.spin(dwell_s)
        times.append(_next_image_ms(bench))
    out(op=op, ms=bench.summary(times))


def _next_image_ms(bench: Bench) -> float:
    driver = bench.driver
    before, painted, start = driver.shown(), bench.paints.seen, time.perf_counter()
    driver.next_image()
    qt.wait_until(lambda: driver.shown() not in (None, before) and bench.paints.seen > painted, 60, sleep=0)
    qt.flush()
    return (time.perf_counter() - start) * 1e3


def huge(bench: Bench, path: str) -> None:
    """Open one huge image, pan and zoom in it."""
    bench.prepare()
    driver, canvas = bench.driver, bench.driver.canvas()
    qt.reset_peak()
    painted = bench.open_until_painted(path, driver.open_image, timeout=60)
    out(op="open_huge", s=painted, peak_mb=round(qt.peak_mb(), 1), dialogs=bench.dialogs.seen)
    if driver.shown() is None:
        return
    qt.wait_until(driver.is_sharp)
    driver.fit()
    qt.flush()
    bench.frames("huge_repaint", lambda k: canvas.repaint())
    middle = driver.to_widget(10000, 10000)
    bench.frames("huge_zoom", lambda k: driver.zoom(middle, 1 if k % 2 == 0 else -1), done=driver.is_sharp)
    bench.pan("huge_pan")
    out(op="huge_memory", rss_mb=round(qt.rss_mb(), 1), peak_mb=round(qt.peak_mb(), 1))


def screenshot(bench: Bench, path: str, png: str) -> None:
    """What is drawn, to look at."""
    bench.prepare()
    bench.open_scene(Path(path))
    bench.driver.edit_mode()
    bench.driver.fit()
    qt.spin(0.5)
    bench.driver.window().grab().save(png)


SCENARIOS: tuple[Callable[..., None], ...] = (
    startup, scene, autosave, memory, folder, neighbours, huge, screenshot,
)  # fmt: skip


def main(name: str, wanted: str, *arguments: str) -> None:
    driver = importlib.import_module(f"drv_{name}").Driver()
    scenario = next(s for s in SCENARIOS if s.__name__ == wanted)

    def body() -> None:
        try:
            scenario(Bench(driver), *arguments)
        except Exception as error:
            traceback.print_exc()
            out(op="FAILED", error=f"{type(error).__name__}: {error}"[:500])
        sys.stdout.flush()
        os._exit(0)  # no closing questions, no work at exit

    driver.run_app(body, list(arguments[:1]) if wanted == "startup" else [])
    out(op="FAILED", error="the editor ended without reaching its event loop")


if __name__ == "__main__":
    main(*sys.argv[1:])
