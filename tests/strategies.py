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

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda values: st.lists(values, max_size=3) | st.dictionaries(texts, values, max_size=3),
    max_leaves=5,
)


def extras(*known: str) -> st.SearchStrategy[dict[str, Any]]:
    """Keys that the format does not know, with any JSON value; empty more often than not."""
    unknown = texts.filter(lambda key: key not in known)
    return st.just({}) | st.dictionaries(unknown, json_values, max_size=3)


#: As the sidecar keeps them: thousandths of a pixel.
coordinates = st.integers(-int(COORDINATE_LIMIT) * 1000, int(COORDINATE_LIMIT) * 1000).map(
    lambda thousandths: thousandths / 1000
) | st.integers(-20, 120).map(float)
#: Where no move of an edit leaves the allowed range.
near_coordinates = st.integers(-2000, 2000).map(float)


def polygons(*roles: Role, coordinates: st.SearchStrategy[float] = coordinates) -> st.SearchStrategy[Polygon]:
    points = st.lists(st.tuples(coordinates, coordinates), min_size=3, max_size=8).map(np.array)
    return st.builds(Polygon, st.sampled_from(roles), points, extras("role", "points"))


def instances(coordinates: st.SearchStrategy[float] = coordinates) -> st.SearchStrategy[Instance]:
    either = polygons(Role.INCLUDE, Role.EXCLUDE, coordinates=coordinates)
    return st.builds(
        Instance,
        ids,
        names,
        st.lists(either, min_size=1, max_size=4).map(tuple),
        source=st.just("human") | texts,
        attributes=extras(),
        extra=extras("id", "class", "source", "polygons", "attributes"),
    )


def annotations(coordinates: st.SearchStrategy[float] = coordinates) -> st.SearchStrategy[Annotation]:
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
        st.lists(instances(coordinates), max_size=4, unique_by=lambda i: i.id).map(tuple),
        st.lists(polygons(Role.EXCLUDE, coordinates=coordinates), max_size=3).map(tuple),
        st.lists(polygons(Role.IGNORE, coordinates=coordinates), max_size=3).map(tuple),
        extras(),
        extras("format", "version", "image", "instances", "exclude", "ignore", "flags"),
    )
