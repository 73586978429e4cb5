"""Where the image lies on the screen: a scale and an offset. Knows no window."""

from __future__ import annotations

from dataclasses import dataclass, replace

from labeler.geometry.nearest import Position
from labeler.geometry.rings import Box

MAX_SCALE = 64.0
#: The picture may shrink to this share of its fit, no further: it cannot get lost.
MIN_FIT_SHARE = 0.1
#: This can always be reached: 100 % on a screen with four pixels to a device-independent one.
_ALWAYS = 0.25


@dataclass(frozen=True)
class Viewport:
    """screen = image · scale + offset; screen in device-independent pixels, y down.

    ``width``/``height`` are of the canvas on screen, ``image_width``/``image_height`` of the picture.
    """

    width: float
    height: float
    image_width: int
    image_height: int
    scale: float = 1.0
    left: float = 0.0
    top: float = 0.0

    @property
    def pixel(self) -> float:
        """Image pixels per screen pixel: tolerances given on screen times this are in image pixels."""
        return 1.0 / self.scale

    def to_screen(self, position: Position) -> Position:
        return position[0] * self.scale + self.left, position[1] * self.scale + self.top

    def to_image(self, position: Position) -> Position:
        return (position[0] - self.left) / self.scale, (position[1] - self.top) / self.scale

    @property
    def visible(self) -> Box:
        """left, top, right, bottom of what the canvas shows, in image pixels."""
        return *self.to_image((0, 0)), *self.to_image((self.width, self.height))

    def fit_scale(self, margin: float = 0.0) -> float:
        return min(
            max(self.width - 2 * margin, 1) / self.image_width,
            max(self.height - 2 * margin, 1) / self.image_height,
        )

    def fitted(self, margin: float = 0.0) -> Viewport:
        """The whole picture, centred."""
        return self.showing((0, 0, self.image_width, self.image_height), margin)

    def showing(self, box: Box, margin: float = 0.0) -> Viewport:
        """This box of the image, centred and as large as it fits within ``margin`` screen pixels."""
        left, top, right, bottom = box
        scale = min(
            max(self.width - 2 * margin, 1) / max(right - left, 1),
            max(self.height - 2 * margin, 1) / max(bottom - top, 1),
        )
        scale = self._clamped(scale)
        return replace(
            self,
            scale=scale,
            left=self.width / 2 - (left + right) / 2 * scale,
            top=self.height / 2 - (top + bottom) / 2 * scale,
        )

    def zoomed(self, factor: float, anchor: Position) -> Viewport:
        """Scaled by ``factor`` with the image point under the screen position ``anchor`` staying there."""
        return self.scaled(self.scale * factor, anchor)

    def scaled(self, scale: float, anchor: Position) -> Viewport:
        x, y = self.to_image(anchor)
        scale = self._clamped(scale)
        return replace(self, scale=scale, left=anchor[0] - x * scale, top=anchor[1] - y * scale)

    def panned(self, dx: float, dy: float) -> Viewport:
        """Moved on screen; some of the picture always stays in sight."""
        keep = 40.0
        w, h = self.image_width * self.scale, self.image_height * self.scale
        left = min(max(self.left + dx, keep - w), self.width - keep)
        top = min(max(self.top + dy, keep - h), self.height - keep)
        return replace(self, left=left, top=top)

    def onto(self, image_width: int, image_height: int) -> Viewport:
        """The same part of another image: of one of the same size exactly the same, else the same share."""
        other = replace(self, image_width=image_width, image_height=image_height)
        if (image_width, image_height) == (self.image_width, self.image_height):
            return other
        x, y = self.to_image((self.width / 2, self.height / 2))
        scale = other._clamped(self.scale / self.fit_scale() * other.fit_scale())
        return replace(
            other,
            scale=scale,
            left=self.width / 2 - x / self.image_width * image_width * scale,
            top=self.height / 2 - y / self.image_height * image_height * scale,
        )

    def resized(self, width: float, height: float) -> Viewport:
        """On a canvas of another size, with the same image point in the middle."""
        return replace(
            self,
            width=width,
            height=height,
            left=self.left + (width - self.width) / 2,
            top=self.top + (height - self.height) / 2,
        )

    def _clamped(self, scale: float) -> float:
        return min(max(scale, min(self.fit_scale() * MIN_FIT_SHARE, _ALWAYS)), MAX_SCALE)
