"""Coordinates of rings as numbers for a text: whole ones without a point."""

from __future__ import annotations

from labeler.geometry.rings import Ring


def flat(ring: Ring) -> list[float]:
    """x, y, x, y …"""
    return [int(value) if value.is_integer() else value for value in ring.ravel().tolist()]


def positions(ring: Ring) -> list[list[float]]:
    """[x, y], [x, y] …"""
    return [[int(x) if x.is_integer() else x, int(y) if y.is_integer() else y] for x, y in ring.tolist()]
