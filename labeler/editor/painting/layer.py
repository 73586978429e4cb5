"""A picture of the viewport that is kept and only repaired: where something changed or a pan uncovers it.

What takes longer than a frame is painted in steps, behind what is there. Until it is done that can be shown,
stretched to where it belongs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from time import perf_counter
from typing import Protocol

import numpy as np
from PySide6.QtGui import QImage

from labeler.editor.painting.camera import Camera, Pixels, Rect
from labeler.geometry.rings import Box

#: A frame of so many ms is not felt; where a pan or an edit is repaired less than in time is worse than late.
_SLOW_VIEW_MS, _SLOW_REPAIR_MS = 3.5, 20.0


class Renderer(Protocol):
    """Paints rectangles of a layer anew.

    ``pixels`` is the rectangle's part of the buffer, (height, width, 4) uint8, BGRA with premultiplied alpha,
    cleared to transparent; ``rect`` says where in the layer it lies.
    """

    def steps(self, pixels: Pixels, rect: Rect, camera: Camera) -> Iterator[None]:
        """Paint it in steps of about a millisecond."""
        ...

    def cost(self, rect: Rect, camera: Camera) -> float:
        """About how many ms all steps take."""
        ...


class AtOnce:
    """A renderer of one step that is never long."""

    def __init__(self, paint: Callable[[Pixels, Rect, Camera], None]) -> None:
        self._paint = paint

    def steps(self, pixels: Pixels, rect: Rect, camera: Camera) -> Iterator[None]:
        self._paint(pixels, rect, camera)
        yield

    def cost(self, rect: Rect, camera: Camera) -> float:
        return 0.0


@dataclass
class _Buffer:
    """What a camera saw. ``image`` shows the ``pixels``."""

    pixels: Pixels
    image: QImage
    camera: Camera

    @classmethod
    def for_camera(cls, camera: Camera, *, opaque: bool) -> _Buffer:
        pixels = np.zeros((camera.height, camera.width, 4), np.uint8)
        # Qt copies what it knows to be opaque, and blends the rest pixel by pixel.
        kind = QImage.Format.Format_RGB32 if opaque else QImage.Format.Format_ARGB32_Premultiplied
        return cls(pixels, QImage(pixels.data, camera.width, camera.height, kind), camera)

    def fits(self, camera: Camera) -> bool:
        return self.pixels.shape[:2] == (camera.height, camera.width)


@dataclass
class _Job:
    """A whole view under way: where it goes, what is left to do, what changed meanwhile."""

    buffer: _Buffer
    steps: Iterator[None]
    dirty: list[Box] = field(default_factory=list)


class Layer:
    """``renderer()`` gives the one that paints what is there now; ``opaque`` if it leaves nothing out."""

    def __init__(self, renderer: Callable[[], Renderer], margin: int, *, opaque: bool = False) -> None:
        self._renderer = renderer
        self._opaque = opaque
        #: How far beyond the geometry paint reaches, in device-independent pixels (pens, anti-aliasing).
        self._margin = margin
        self._front: _Buffer | None = None
        self._spare: _Buffer | None = None
        self._dirty: list[Box] = []
        self._all_dirty = False
        self._job: _Job | None = None

    # --- what changed ------------------------------------------------------------------------------------

    def mark(self, boxes: Iterable[Box]) -> None:
        """These boxes of the image no longer look as painted."""
        boxes = list(boxes)
        self._dirty += boxes
        if self._job:
            self._job.dirty += boxes

    def mark_all(self) -> None:
        """Everything looks different; what is there still does until it is painted anew."""
        self._all_dirty = True
        self._job = None

    def clear(self) -> None:
        """What is there means nothing any more."""
        self._front, self._job = None, None

    # --- what there is to show ---------------------------------------------------------------------------

    @property
    def image(self) -> QImage | None:
        """What was painted last, as ``camera`` saw it; None when there is nothing."""
        return self._front.image if self._front else None

    @property
    def camera(self) -> Camera | None:
        return self._front.camera if self._front else None

    @property
    def is_pending(self) -> bool:
        """Whether something is being painted behind what is there."""
        return self._job is not None

    def sync(self, camera: Camera) -> QImage:
        """The layer as seen by ``camera``, repaired where it must be."""
        self._job = None
        self._repair(camera)
        assert self._front
        return self._front.image

    def is_slow(self, camera: Camera) -> bool:
        """Whether ``sync`` would be felt."""
        rects = self._repairs(camera)
        limit = _SLOW_VIEW_MS if rects == [camera.whole] else _SLOW_REPAIR_MS
        renderer = self._renderer()
        return sum(renderer.cost(rect, camera) for rect in rects) > limit

    def is_only_elsewhere(self, camera: Camera) -> bool:
        """What is there is right, but ``camera`` sees it in another place or size."""
        front = self._front
        return front is not None and not self._all_dirty and _whole_shift(front.camera, camera) is None

    def paint_later(self, camera: Camera) -> None:
        """Have ``work`` paint the whole view; what is there is only repaired, where that is quick."""
        if self._job is None or _whole_shift(self._job.buffer.camera, camera) is None:
            buffer = self._unseen(camera)
            steps = self._renderer().steps(_cleared(buffer.pixels, camera.whole), camera.whole, camera)
            self._job = _Job(buffer, steps)
        if self._front and not self.is_slow(self._front.camera):
            self._repair(self._front.camera)

    def work(self, until: float) -> bool:
        """Go on with what is to be painted until this time (``perf_counter``); true when it can be shown."""
        while self._job:
            if next(self._job.steps, self._job) is self._job:
                self._spare, self._front = self._front, self._job.buffer
                self._dirty, self._all_dirty = self._job.dirty, False
                self._job = None
                return True
            if perf_counter() >= until:
                break
        return False

    # --- how ---------------------------------------------------------------------------------------------

    def _unseen(self, camera: Camera) -> _Buffer:
        """A buffer that is not shown."""
        spare, self._spare = self._spare, None
        if spare is None or not spare.fits(camera):
            return _Buffer.for_camera(camera, opaque=self._opaque)
        spare.camera = camera
        return spare

    def _repair(self, camera: Camera) -> None:
        front, rects, renderer = self._front, self._repairs(camera), self._renderer()
        if front is None or not front.fits(camera):
            self._front = front = _Buffer.for_camera(camera, opaque=self._opaque)
        elif rects != [camera.whole]:
            _scroll(front.pixels, *(_whole_shift(front.camera, camera) or (0, 0)))
        for rect in rects:
            for _step in renderer.steps(_cleared(front.pixels, rect), rect, camera):
                pass
        front.camera, self._all_dirty = camera, False
        self._dirty = []

    def _repairs(self, camera: Camera) -> list[Rect]:
        """The rectangles to be painted anew, once what is there has moved along."""
        front = self._front
        shift = _whole_shift(front.camera, camera) if front else None
        if self._all_dirty or shift is None:
            return [camera.whole]
        changed = [camera.rect_of(box, self._margin) for box in self._dirty]
        return _uncovered(camera, *shift) + _joined([rect for rect in changed if rect])


def _cleared(pixels: Pixels, rect: Rect) -> Pixels:
    left, top, width, height = rect
    part = pixels[top : top + height, left : left + width]
    part[:] = 0
    return part


def _whole_shift(before: Camera, after: Camera) -> tuple[int, int] | None:
    """By how much what one camera saw must be moved for the other; None when little of it would be left."""
    shift = before.shift_to(after)
    if shift is None or max(map(abs, shift)) >= min(after.width, after.height):
        return None
    return shift


def _scroll(pixels: Pixels, dx: int, dy: int) -> None:
    """Move what is painted; the strips that this uncovers hold anything."""
    flat = pixels.view(np.uint32).reshape(-1)
    # One move in memory: what leaves a row at one side comes in at the other, where a strip is uncovered.
    shift = dy * pixels.shape[1] + dx
    if shift > 0:
        flat[shift:] = flat[:-shift]
    elif shift < 0:
        flat[:shift] = flat[-shift:]


def _uncovered(camera: Camera, dx: int, dy: int) -> list[Rect]:
    """The strips that a move uncovers."""
    strips: list[Rect] = []
    if dy:
        strips.append((0, 0 if dy > 0 else camera.height + dy, camera.width, abs(dy)))
    if dx:
        strips.append((0 if dx > 0 else camera.width + dx, 0, abs(dx), camera.height))
    return strips


def _joined(rects: list[Rect]) -> list[Rect]:
    """One rectangle around all when they overlap much or are many, else as they are."""
    if len(rects) < 2:
        return rects
    left = min(r[0] for r in rects)
    top = min(r[1] for r in rects)
    right = max(r[0] + r[2] for r in rects)
    bottom = max(r[1] + r[3] for r in rects)
    area = sum(r[2] * r[3] for r in rects)
    if len(rects) > 64 or (right - left) * (bottom - top) <= 1.5 * area:
        return [(left, top, right - left, bottom - top)]
    return rects
