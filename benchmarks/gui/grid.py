"""Where the polygons of a scene are: one in each cell of a grid that fills the picture. Needs no library."""

from __future__ import annotations

import math

WIDTH, HEIGHT = 4000, 3000


def grid(polygons: int) -> tuple[int, int]:
    """Columns and rows."""
    columns = math.ceil(math.sqrt(polygons * WIDTH / HEIGHT))
    return columns, math.ceil(polygons / columns)
