"""The JSON Schemas (draft 2020-12) of both files, generated from the records."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from labeler.dataset import records
from labeler.files import write_atomically

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_FILES: dict[str, tuple[type[records.Record], str]] = {
    "annotation.schema.json": (records.Annotation, "labeler sidecar"),
    "dataset.schema.json": (records.Dataset, "labeler dataset file"),
}


def schemas() -> dict[str, dict[str, Any]]:
    """File name → JSON Schema."""
    return {
        name: {
            "$schema": _DIALECT,
            # A name, not an address: nobody has to be online to read a label.
            "$id": f"labeler:{kind.__name__.lower()}:{records.VERSION}",
            **kind.model_json_schema(by_alias=True),
            "title": title,
        }
        for name, (kind, title) in _FILES.items()
    }


def write(folder: Path) -> list[Path]:
    """Write the schemas into an existing folder; raises LabelerError when that fails."""
    paths = []
    for name, schema in schemas().items():
        path = folder / name
        write_atomically(path, (json.dumps(schema, indent=2, ensure_ascii=False) + "\n").encode())
        paths.append(path)
    return paths
