"""The file beside an image that holds its annotation: ``photo.jpg`` → ``photo.jpg.labels.json``.

Written with one polygon per line and ours before unknown keys, so that moving a vertex changes one line.
What is empty (exclude, ignore, flags, attributes) is not written.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError
from pydantic_core import to_json

from labeler.dataset import records
from labeler.dataset.blocks import no_garbage_collection, read_in_block
from labeler.dataset.reading import (
    NewerVersion,
    RecordError,
    as_known_version,
    check_unique,
    extra_of,
    finite,
    malformed,
    problem_of,
    read_record,
)
from labeler.document.model import Annotation, Extra, ImageInfo, Instance, Polygon, Role, rings_of
from labeler.errors import LabelerError
from labeler.files import read, write_atomically
from labeler.i18n import _

SIDECAR_SUFFIX = ".labels.json"


def load(path: Path) -> Annotation:
    """The annotation in this file; errors as for ``parse`` and ``files.read``."""
    return parse(read(path), path)


def save(path: Path, annotation: Annotation) -> None:
    """Write the file as a whole or not at all; raises LabelerError."""
    write_atomically(path, serialise(annotation))


def parse(data: bytes, path: Path) -> Annotation:
    """The annotation in the bytes of a sidecar; ``path`` is for messages only.

    Raises LabelerError, one sentence with file and place, for anything that is not a valid sidecar;
    NewerVersion for a later version, with as much of the annotation as this version understands.
    """
    try:
        with no_garbage_collection():
            return _annotation(*(read_in_block(data) or _read_one_by_one(data, path)))
    except RecordError as problem:
        raise malformed(path, problem) from None
    except NewerVersion as newer:
        newer.annotation = _as_far_as_known(data, path)
        raise


def serialise(annotation: Annotation) -> bytes:
    """The bytes of a sidecar; raises LabelerError when the annotation holds what no sidecar can."""
    try:
        _check(annotation)
        return _text(annotation).encode()
    except (RecordError, ValidationError, UnicodeEncodeError, TypeError, ValueError, RecursionError) as error:
        problem = problem_of(error) if isinstance(error, ValidationError) else error
        raise LabelerError(
            _("The annotation of {image} cannot be saved: {problem}.").format(
                image=annotation.image.file.encode(errors="replace").decode(), problem=problem
            )
        ) from error


# --- record → annotation -----------------------------------------------------------------------------------

_Rings = Iterable[NDArray[np.float64]]
_PolygonRecord = records.Polygon | records.Exclude | records.Ignore


def _read_one_by_one(data: bytes, path: Path) -> tuple[records.Annotation, _Rings]:
    record = read_record(records.Annotation, data, path)
    polygons: list[_PolygonRecord] = [p for i in record.instances for p in i.polygons]
    polygons += [*record.exclude, *record.ignore]
    return record, [ring for p in polygons for ring in rings_of(np.array(p.points), [len(p.points)])]


def _annotation(record: records.Annotation, rings: _Rings) -> Annotation:
    """``rings`` are the points of all polygons: of the instances, of exclude and of ignore."""
    check_unique((i.id for i in record.instances), "instances", "id")
    image, left = record.image, iter(rings)
    return Annotation(
        ImageInfo(image.file, image.width, image.height, extra_of(image, "image")),
        tuple(_instance(i, f"instances[{index}]", left) for index, i in enumerate(record.instances)),
        _polygons(record.exclude, "exclude", left),
        _polygons(record.ignore, "ignore", left),
        finite(record.flags, "flags"),
        extra_of(record, ""),
    )


def _instance(record: records.Instance, where: str, rings: Iterator[NDArray[np.float64]]) -> Instance:
    return Instance(
        record.id,
        record.class_name,
        _polygons(record.polygons, f"{where}.polygons", rings),
        record.source,
        finite(record.attributes, f"{where}.attributes"),
        extra_of(record, where),
    )


_ROLES = {role.value: role for role in Role}


def _polygons(
    found: Sequence[_PolygonRecord],
    where: str,
    rings: Iterator[NDArray[np.float64]],
) -> tuple[Polygon, ...]:
    return tuple(
        Polygon.of_ring(_ROLES[record.role], next(rings), extra_of(record, f"{where}[{index}]"))
        for index, record in enumerate(found)
    )


def _as_far_as_known(data: bytes, path: Path) -> Annotation | None:
    try:
        return _annotation(*_read_one_by_one(as_known_version(data), path))
    except (LabelerError, RecordError, ValueError):
        return None


# --- annotation → text -------------------------------------------------------------------------------------


def _check(annotation: Annotation) -> None:
    """What is written must be readable again: the records' rules, for all but the points."""
    check_unique((i.id for i in annotation.instances), "instances", "id")
    for index, instance in enumerate(annotation.instances):
        if any(p.role is Role.IGNORE for p in instance.polygons):
            raise RecordError(
                _(
                    '{where} has an ignore polygon, which belongs in the list "ignore" of the whole image'
                ).format(where=f"instances[{index}]")
            )
    image = annotation.image
    instances = [
        {"id": i.id, "class": i.class_name, "source": i.source, "polygons": []} for i in annotation.instances
    ]
    records.Annotation.model_validate(
        {
            "format": "labeler.annotation",
            "version": records.VERSION,
            "image": {"file": image.file, "width": image.width, "height": image.height},
            "instances": instances,
        }
    )


def _text(annotation: Annotation) -> str:
    image = annotation.image
    members = [
        '"format": "labeler.annotation"',
        f'"version": {records.VERSION}',
        f'"image": {_object(_image_members(image))}',
        f'"instances": {_block((_instance_text(i) for i in annotation.instances), indent=2)}',
    ]
    for name, polygons in ("exclude", annotation.exclude), ("ignore", annotation.ignore):
        if polygons:
            separator = ",\n" + " " * len(f'  "{name}": [')
            members.append(f'"{name}": [{separator.join(_polygon_text(p) for p in polygons)}]')
    if annotation.flags:
        members.append(f'"flags": {_json(annotation.flags)}')
    members += _extra_members(annotation.extra, records.Annotation)
    return "{\n  " + ",\n  ".join(members) + "\n}\n"


def _image_members(image: ImageInfo) -> list[str]:
    known = [f'"file": {_json(image.file)}', f'"width": {image.width}', f'"height": {image.height}']
    return known + _extra_members(image.extra, records.Image)


def _instance_text(instance: Instance) -> str:
    names = {"id": instance.id, "class": instance.class_name, "source": instance.source}
    head = _json(names)[1:-1]
    polygons = (_polygon_text(p, f'"role": "{p.role.value}", ') for p in instance.polygons)
    members = [head, f'"polygons": {_block(polygons, indent=5)}']
    if instance.attributes:
        members.append(f'"attributes": {_json(instance.attributes)}')
    members += _extra_members(instance.extra, records.Instance)
    return "{" + ",\n     ".join(members) + "}"


def _polygon_text(polygon: Polygon, role: str = "") -> str:
    members = [
        f'{role}"points": {_points_text(polygon.points)}',
        *_extra_members(polygon.extra, records.Polygon),
    ]
    return _object(members)


def _points_text(points: NDArray[np.float64]) -> str:
    """With at most 3 decimals and no trailing zero: 40, 20.25.

    pydantic's writer takes a fifth of the time of json's.
    """
    text = to_json(points.tolist()).decode()
    return text.replace(",", ", ").replace(".0,", ",").replace(".0]", "]")


def _extra_members(extra: Extra, kind: type[records.Record]) -> list[str]:
    return [f"{_json(key)}: {_json(value)}" for key, value in extra.items() if key not in kind.keys]


def _block(items: Iterable[str], indent: int) -> str:
    """A list with one item per line, its end below its beginning."""
    lines = list(items)
    if not lines:
        return "[]"
    inner, outer = "\n" + " " * (indent + 2), "\n" + " " * indent
    return f"[{inner}{f',{inner}'.join(lines)}{outer}]"


def _object(members: Iterable[str]) -> str:
    return "{" + ", ".join(members) + "}"


def _json(value: Any) -> str:
    if isinstance(value, Mapping):
        value = dict(value)
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
