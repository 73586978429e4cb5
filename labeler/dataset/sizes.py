"""Whether an annotation fits its image, and what it becomes when the image was scaled."""

from __future__ import annotations

from dataclasses import replace

from labeler.document.model import Annotation, Polygon
from labeler.errors import LabelerError
from labeler.i18n import _


class ScaledImage(LabelerError):  # noqa: N818 - a state of the image more than a mistake
    """The image has another size than the annotation but the same proportions.

    ``annotation`` is the annotation scaled to the image as it is now: offer it, never take it silently.
    """

    def __init__(self, message: str, annotation: Annotation) -> None:
        super().__init__(message)
        self.annotation = annotation


def check_size(annotation: Annotation, size: tuple[int, int], name: str) -> None:
    """Raise when the annotation is not for an image of this size (width, height as displayed, px).

    ScaledImage for the same proportions, LabelerError for others; ``name`` is the image's, for the message.
    """
    was = annotation.image.width, annotation.image.height
    if was == size:
        return
    sizes = _(
        "{name} is {width}×{height} px, but its annotation was made for {old_width}×{old_height} px"
    ).format(name=name, width=size[0], height=size[1], old_width=was[0], old_height=was[1])
    if not is_scaled(was, size):
        raise LabelerError(
            _("{sizes}: bring back the image of that size, or move the annotation away.").format(sizes=sizes)
        )
    try:
        scaled_annotation = scaled(annotation, size)
    except ValueError as error:
        raise LabelerError(
            _("{sizes}, and scaling it moves points too far out.").format(sizes=sizes)
        ) from error
    raise ScaledImage(
        _("{sizes}: open it in the editor to scale its polygons.").format(sizes=sizes), scaled_annotation
    )


def is_scaled(was: tuple[int, int], now: tuple[int, int]) -> bool:
    """Whether one size is the other scaled, each side rounded to whole pixels (up or down)."""
    # A side less than a pixel off weighs, in the product, as much as the other image's longer side.
    rounding = max(*was, *now)
    grown, shrunk = was[0] < now[0] and was[1] < now[1], was[0] > now[0] and was[1] > now[1]
    return (grown or shrunk) and abs(was[0] * now[1] - was[1] * now[0]) <= rounding


def scaled(annotation: Annotation, size: tuple[int, int]) -> Annotation:
    """The annotation for its image at another size; ValueError when a point gets out of the allowed range."""
    width, height = size
    factors = width / annotation.image.width, height / annotation.image.height

    def ring(polygon: Polygon) -> Polygon:
        return replace(polygon, points=polygon.points * factors)

    return replace(
        annotation,
        image=replace(annotation.image, width=width, height=height),
        instances=tuple(replace(i, polygons=tuple(map(ring, i.polygons))) for i in annotation.instances),
        exclude=tuple(map(ring, annotation.exclude)),
        ignore=tuple(map(ring, annotation.ignore)),
    )
