"""Hypothesis strategies: any annotation, any unknown keys."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from labeler.document.model import COORDINATE_LIMIT, Annotation, ImageInfo, Instance, Polygon, Role

#: No lone surrogates (no UTF-8 file can hold them).
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
names = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8)
file_names = names.map(lambda name: name.translate(str.maketrans("", "", "/\\:"))).map(
    lambda name: f"{name}.png"
)
ids = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=4)

_scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
)
_nested = st.lists(_scalars, max_size=2) | st.dictionaries(texts, _scalars, max_size=2)
json_values = _scalars | _nested | st.lists(_nested, max_size=2)


def extras(*known: str) -> st.SearchStrategy[dict[str, Any]]:
    """Keys that the format does not know, with any JSON value; empty more often than not."""
    unknown = texts.filter(lambda key: key not in known)
    nothing: st.SearchStrategy[dict[str, Any]] = st.just({})
    return nothing | nothing | nothing | st.dictionaries(unknown, json_values, min_size=1, max_size=2)


#: As the sidecar keeps them: thousandths of a pixel.
coordinates = st.integers(-int(COORDINATE_LIMIT) * 1000, int(COORDINATE_LIMIT) * 1000).map(
    lambda thousandths: thousandths / 1000
) | st.integers(-20, 120).map(float)
#: Where no move of an edit leaves the allowed range.
near_coordinates = st.integers(-2000, 2000).map(float)


def polygons(*roles: Role, coordinates: st.SearchStrategy[float] = coordinates) -> st.SearchStrategy[Polygon]:
    points = st.lists(st.tuples(coordinates, coordinates), min_size=3, max_size=8).map(np.array)
    return st.builds(Polygon, st.sampled_from(roles), points, extras("role", "points"))


def instances() -> st.SearchStrategy[Instance]:
    return st.builds(
        Instance,
        ids,
        names,
        st.lists(polygons(Role.INCLUDE, Role.EXCLUDE), max_size=3).map(tuple),
        source=st.just("human") | texts,
        attributes=extras(),
        extra=extras("id", "class", "source", "polygons", "attributes"),
    )


def annotations() -> st.SearchStrategy[Annotation]:
    image = st.builds(
        ImageInfo,
        file_names,
        st.integers(1, 5000),
        st.integers(1, 5000),
        extras("file", "width", "height"),
    )
    return st.builds(
        Annotation,
        image,
        st.lists(instances(), max_size=3, unique_by=lambda i: i.id).map(tuple),
        st.lists(polygons(Role.EXCLUDE), max_size=2).map(tuple),
        st.lists(polygons(Role.IGNORE), max_size=2).map(tuple),
        extras(),
        extras("format", "version", "image", "instances", "exclude", "ignore", "flags"),
    )
