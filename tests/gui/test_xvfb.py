"""The program as its user has it: a process of its own, a real X server, its mouse and keyboard."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from labeler.dataset import sidecar
from labeler.raster.runs import rasterize

COLOR = (10, 200, 80)  # red, green, blue; nothing else in the window has it
WIDTH, HEIGHT = 240, 180

needs_x = pytest.mark.skipif(
    not (shutil.which("Xvfb") and shutil.which("xdotool")) and os.environ.get("LABELER_REQUIRE_GUI") != "1",
    reason="needs Xvfb and xdotool",
)


@pytest.fixture
def display() -> Iterator[str]:
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as pipe:
        number = pipe.readline().strip()
    yield f":{number}"
    server.terminate()
    server.wait(10)


class Person:
    """Looks at the screen and uses mouse and keyboard; knows nothing of the program."""

    def __init__(self, display: str, scratch: Path) -> None:
        self.env = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        self.env.pop("WAYLAND_DISPLAY", None)
        self.env["LABELER_SETTINGS"] = str(scratch / "settings.json")
        self.scratch = scratch

    def look(self) -> np.ndarray:
        """The screen, (height, width, 3) RGB."""
        shot = self.scratch / "screen.png"
        code = (
            "from PySide6.QtWidgets import QApplication; a = QApplication([]);"
            f"assert a.primaryScreen().grabWindow(0).save({str(shot)!r})"
        )
        subprocess.run([sys.executable, "-c", code], env=self.env, check=True, timeout=60)
        return cv2.cvtColor(cv2.imdecode(np.fromfile(shot, np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)

    def find_picture(self) -> None:
        """Wait until the picture is on the screen and note where."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            rows, columns = np.nonzero((self.look() == COLOR).all(axis=2))
            if len(rows) > 10_000:
                self.left, self.top = int(columns.min()), int(rows.min())
                self.scale = (int(columns.max()) + 1 - self.left) / WIDTH
                return
        raise AssertionError("the picture never appeared")

    def do(self, *words: object) -> None:
        subprocess.run(["xdotool", *map(str, words)], env=self.env, check=True, timeout=30)
        time.sleep(0.15)

    def click(self, *positions: tuple[float, float]) -> None:
        for x, y in positions:
            self.do("mousemove", round(self.left + x * self.scale), round(self.top + y * self.scale))
            self.do("click", 1)

    def push(self, dx: int, dy: int, times: int = 1) -> None:
        """Move the mouse by so many screen px from where the cursor is."""
        for _time in range(times):
            self.do("mousemove_relative", "--", dx, dy)

    def cursor(self) -> str:
        """Where the cursor is on the screen."""
        place = ["xdotool", "getmouselocation", "--shell"]
        return subprocess.run(place, env=self.env, check=True, capture_output=True, text=True).stdout

    def keys(self, *names: str) -> None:
        for name in names:
            self.do("key", name)


@needs_x
@pytest.mark.timeout(180)
def test_a_person_labels_an_image_closes_and_finds_it_in_the_export(display: str, tmp_path: Path):
    photos = tmp_path / "photos"
    photos.mkdir()
    picture = np.full((HEIGHT, WIDTH, 3), COLOR[::-1], np.uint8)
    for name in ("one.png", "two.png"):
        (photos / name).write_bytes(cv2.imencode(".png", picture)[1].tobytes())
    person = Person(display, tmp_path)
    labeler = [sys.executable, "-m", "labeler"]
    editor = subprocess.Popen([*labeler, "edit", str(photos)], env=person.env)
    person.find_picture()

    person.do("mousemove", person.left + 5, person.top + 5)
    person.keys("q")
    person.click((20, 20), (200, 20), (200, 150), (20, 150))
    person.keys("Return", "w")
    person.click((60, 50), (140, 50), (140, 110), (60, 110), (60, 50))
    person.keys("ctrl+z", "ctrl+shift+z")
    seen = person.look()
    inside = seen[round(person.top + 35 * person.scale), round(person.left + 100 * person.scale)]
    assert (inside != COLOR).any(), "the mask is tinted on the canvas"
    if keep := os.environ.get("LABELER_KEEP_SCREENSHOT"):
        shutil.copy(tmp_path / "screen.png", keep)
    person.keys("d", "a", "ctrl+q")
    assert editor.wait(60) == 0

    annotation = sidecar.load(photos / "one.png.labels.json")
    (instance,) = annotation.instances
    pixel = 1.5 / person.scale  # where the picture begins is seen to a screen pixel
    assert instance.polygons[0].points == pytest.approx(
        np.array([(20, 20), (200, 20), (200, 150), (20, 150)]), abs=pixel
    )
    assert [p.role.value for p in instance.polygons] == ["include", "exclude"]
    assert not (photos / "two.png.labels.json").exists()

    out = tmp_path / "out"
    subprocess.run([*labeler, "export", str(photos), "--to", "coco", "--out", str(out)], check=True)
    (record,) = json.loads((out / "annotations.json").read_text())["annotations"]
    assert record["area"] == rasterize(annotation).union.area


@needs_x
@pytest.mark.timeout(180)
def test_a_person_follows_a_long_contour_with_the_pointer_in_the_middle(display: str, tmp_path: Path):
    """The hand moves farther than the screen is wide: only because the picture moves instead can it."""
    photos = tmp_path / "photos"
    photos.mkdir()
    picture = np.full((HEIGHT, WIDTH, 3), COLOR[::-1], np.uint8)
    (photos / "one.png").write_bytes(cv2.imencode(".png", picture)[1].tobytes())
    person = Person(display, tmp_path)
    editor = subprocess.Popen([sys.executable, "-m", "labeler", "edit", str(photos)], env=person.env)
    person.find_picture()
    zoomed = person.scale * 1.2**6

    person.do("mousemove", person.left + 5, person.top + 5)
    person.keys("q")
    person.click((60, 60))
    for _notch in range(6):
        person.do("click", 4)
    person.do("keydown", "shift")
    person.push(5, 0)
    pinned = person.cursor()
    person.push(100, 0, times=15)
    assert person.cursor() == pinned
    person.do("click", 1)
    person.push(0, 60, times=10)
    assert person.cursor() == pinned
    person.do("click", 1)
    person.do("keyup", "shift")
    person.push(-40, -30)
    assert person.cursor() != pinned
    person.do("click", 1)
    person.keys("Return", "ctrl+q")
    assert editor.wait(60) == 0

    (instance,) = sidecar.load(photos / "one.png.labels.json").instances
    start, right, below, last = instance.polygons[0].points.tolist()
    pixel = 1.5 / person.scale
    assert start == pytest.approx([60, 60], abs=pixel)
    assert np.subtract(right, start) == pytest.approx([1505 / zoomed, 0], abs=pixel)
    assert np.subtract(below, right) == pytest.approx([0, 600 / zoomed], abs=2 / zoomed)
    assert np.subtract(last, below) == pytest.approx([-40 / zoomed, -30 / zoomed], abs=2 / zoomed)
