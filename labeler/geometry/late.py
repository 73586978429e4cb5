"""shapely, loaded when first used: the window is there sooner without it, and drawing needs none of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import shapely as shapely
else:

    class _Late:
        """Stands for the module; every name is looked up in it once."""

        def __getattr__(self, name):
            import shapely as real

            value = getattr(real, name)
            setattr(self, name, value)
            return value

    shapely = _Late()
