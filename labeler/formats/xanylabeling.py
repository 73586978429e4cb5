"""X-AnyLabeling's JSON: labelme's with more to say.

Convention: the same canvas as labelme's, so nothing is moved; its own exports cut coordinates off to whole
numbers and fill with OpenCV, whose masks are up to a pixel larger. Where an image is turned by EXIF it shows
the picture unturned and asks to have the file rewritten; ours are the coordinates of the upright picture.

A shape also has a score, `difficult`, `attributes` (any names and values) and `kie_linking`; a rectangle has
four points, and there are rotated boxes and quadrilaterals, which are rings for us. `checked` of the image is
our flag `verified`.
"""

from __future__ import annotations

import math

from labeler.formats.labelme import Labelme, flags_and_attributes, is_text, taken
from labeler.formats.shapes import Record
from labeler.i18n import N_


class XAnyLabeling(Labelme):
    """A file an image, and `classes.txt`, which its exports ask for. Reads labelme's files as well."""

    id = "xanylabeling"
    title = N_("X-AnyLabeling (JSON)")
    takes_images = False  # labels may lie in a folder of their own
    version = "4.2.1"
    class_file = "classes.txt"
    class_head = ()

    def shape_of(self, label: str, group: int | None, values: Record) -> Record:
        score, linking = values.get("score"), values.get("kie_linking")
        return {
            "label": label,
            "score": taken(values, "score", _is_score(score), None),
            "points": [],
            "group_id": group,
            "description": taken(values, "description", is_text(values.get("description")), ""),
            "difficult": taken(values, "difficult", values.get("difficult") is True, False),
            "shape_type": "polygon",
            "kie_linking": taken(values, "kie_linking", _is_linking(linking), []),
            "attributes": {},
            **flags_and_attributes(values),
        }

    def image_of(self, values: Record) -> tuple[Record, Record]:
        checked = taken(values, "verified", values.get("verified") is True, False)
        if not checked:
            checked = taken(values, "checked", values.get("checked") == "failed", False)
        after: Record = {}
        if is_text(values.get("description")):
            after["description"] = values.pop("description")
        if _is_tags(values.get("tags")):
            after["tags"] = values.pop("tags")
        rest = flags_and_attributes(values)
        return {"flags": rest.pop("flags"), "checked": checked}, {**after, **rest}


def _is_score(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_linking(value: object) -> bool:
    """X-AnyLabeling opens no file in which it is anything but pairs of whole numbers."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(
            isinstance(pair, list) and len(pair) == 2 and all(type(number) is int for number in pair)
            for pair in value
        )
    )


def _is_tags(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(tag, str) for tag in value)
