"""Any shaping with any arguments it may get, for tests of what must hold whatever was done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st

from labeler.document import reshaping, shaping
from labeler.document.edits import Refs
from labeler.document.model import Annotation, Polygon, Role
from tests.builders import annotation_of

Draw = Callable[[st.SearchStrategy[Any]], Any]
WIDTH, HEIGHT = 36, 28

#: Whole pixels, so that rings share edges and corners, and others between them; some outside.
coordinates = st.integers(-4, 40).map(float) | st.integers(-40, 400).map(lambda value: value / 10)
points = st.lists(st.tuples(coordinates, coordinates), min_size=3, max_size=7).map(np.array)
boxes = st.tuples(*[st.integers(0, 34)] * 2, *[st.integers(1, 18)] * 2).map(
    lambda box: np.array(
        [
            (box[0], box[1]),
            (box[0] + box[2], box[1]),
            (box[0] + box[2], box[1] + box[3]),
            (box[0], box[1] + box[3]),
        ]
    )
)
#: About as large as a pixel or far smaller, about a pixel's centre.
specks = st.tuples(st.integers(0, 20), st.sampled_from([0.02, 0.3, 0.8])).map(
    lambda speck: speck[0] + 0.5 + speck[1] * np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])
)
roles = st.sampled_from([Role.INCLUDE, Role.INCLUDE, Role.EXCLUDE])
polygons = st.builds(
    lambda role, ring, note: Polygon(role, ring, {"note": note} if note else {}),
    roles,
    boxes | points | specks,
    st.sampled_from([0, 0, 1, 2]),
)
paths = st.lists(st.tuples(coordinates, coordinates), min_size=2, max_size=4).map(np.array)
starts = st.builds(
    lambda instances, exclude, ignore: annotation_of(
        *instances, exclude=exclude, ignore=ignore, width=WIDTH, height=HEIGHT
    ),
    st.lists(st.lists(polygons, min_size=1, max_size=4), max_size=4),
    st.lists(polygons, max_size=3),
    st.lists(polygons, max_size=3),
)


def some_refs(draw: Draw, annotation: Annotation) -> Refs:
    refs = list(annotation.refs())
    return tuple(draw(st.lists(st.sampled_from(refs), unique=True))) if refs else ()


#: Name of a function in ``shaping`` or ``reshaping`` → what it makes of some polygons; LabelerError when it
#: cannot.
ANY_SHAPING: dict[str, Callable[[Draw, Annotation, Refs], tuple[Annotation, Refs]]] = {
    "unite": lambda draw, a, refs: shaping.unite(a, refs),
    "subtract": lambda draw, a, refs: shaping.subtract(a, refs),
    "intersect": lambda draw, a, refs: shaping.intersect(a, refs),
    "fill_holes": lambda draw, a, refs: shaping.fill_holes(a, refs),
    "drop_fragments": lambda draw, a, refs: shaping.drop_fragments(
        a, refs, draw(st.floats(0, 500)), fill=draw(st.booleans())
    ),
    "split": lambda draw, a, refs: shaping.split(
        a, {ref.owner for ref in refs if isinstance(ref.owner, str)}, draw(paths), between=draw(st.booleans())
    ),
    "simplify": lambda draw, a, refs: reshaping.simplify(a, refs, draw(st.floats(0, 20))),
    "smooth": lambda draw, a, refs: reshaping.smooth(a, refs, draw(st.floats(0, 20))),
    "grow": lambda draw, a, refs: reshaping.grow(a, refs, draw(st.floats(-6, 6)), sharp=draw(st.booleans())),
}
