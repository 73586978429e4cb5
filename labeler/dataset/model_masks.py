"""Where the dataset keeps the masks that a model made: ``.labeler/masks/<image file>.png``."""

from __future__ import annotations

from pathlib import Path

from labeler.dataset.trash import TOOL_FOLDER


def model_mask_path(labels: Path, image: str) -> Path:
    """The model mask of this image, there or not. ``labels`` is the folder that holds ``.labeler``."""
    return labels / TOOL_FOLDER / "masks" / f"{image}.png"
