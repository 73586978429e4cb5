"""From an annotation to the bytes of its sidecar: one polygon per line, ours before unknown keys.

What was written before and is still the same object is not made into text again, and nothing here takes long
at a stretch: saving 10,000 polygons must not keep a frame of the editor waiting. Knows no path.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from labeler.dataset import records
from labeler.dataset.reading import RecordError, check_unique, problem_of
from labeler.document.model import Annotation, Extra, ImageInfo, Instance, Polygon, Role
from labeler.errors import LabelerError
from labeler.i18n import _

#: Points are made into text by so many: about 0.2 ms of work.
_POINTS = 256
#: An instance of more polygons than this has the texts of its polygons kept, too.
_FEW = 8

_ROLES = {role: f'{{"role": "{role.value}", '.encode() for role in Role}

Thing = TypeVar("Thing", Instance, Polygon)


def _no_pause() -> None:
    pass


class Texts:
    """The texts of instances and polygons as written last; ``pause`` is called between pieces of work."""

    def __init__(self, pause: Callable[[], object] = _no_pause) -> None:
        self.pause = pause
        self._kept: dict[int, tuple[object, bytes]] = {}
        self._used: dict[int, tuple[object, bytes]] = {}

    def of(self, thing: Thing, make: Callable[[Thing], bytes]) -> bytes:
        """The text of this very object; made if it was not before."""
        known = self._kept.get(id(thing))
        if known is None or known[0] is not thing:
            known = thing, make(thing)
            self.pause()
        self._used[id(thing)] = known
        return known[1]

    def forget_others(self) -> None:
        """Everything was written: what was not asked for is not there any more."""
        self._kept, self._used = self._used, {}


def pieces(annotation: Annotation, texts: Texts) -> Iterator[bytes]:
    """The bytes of a sidecar; raises LabelerError on the way for what no sidecar can hold."""
    try:
        check_unique((i.id for i in annotation.instances), "instances", "id")
        yield from _head(annotation.image)
        yield from _instances(annotation.instances, texts)
        for name, polygons in ("exclude", annotation.exclude), ("ignore", annotation.ignore):
            yield from _image_wide(name, polygons, texts)
        yield from _tail(annotation)
    except (RecordError, TypeError, ValueError, RecursionError) as error:
        raise LabelerError(
            _("The annotation of {image} cannot be saved: {problem}.").format(
                image=annotation.image.file.encode(errors="replace").decode(),
                problem=_problem(annotation, error),
            )
        ) from error
    texts.forget_others()


def _head(image: ImageInfo) -> Iterator[bytes]:
    records.Image.model_validate({"file": image.file, "width": image.width, "height": image.height})
    known = [f'"file": {_json(image.file)}', f'"width": {image.width}', f'"height": {image.height}']
    members = known + _extra_members(image.extra, records.Image)
    head = f'"format": "labeler.annotation",\n  "version": {records.VERSION}'
    yield f'{{\n  {head},\n  "image": {_object(members)},\n  "instances": ['.encode()


def _instances(instances: tuple[Instance, ...], texts: Texts) -> Iterator[bytes]:
    separator, make = b"\n    ", partial(_instance, texts=texts)
    for instance in instances:
        yield separator
        yield texts.of(instance, make)
        separator = b",\n    "
    yield b"\n  ]" if instances else b"]"


def _image_wide(name: str, polygons: tuple[Polygon, ...], texts: Texts) -> Iterator[bytes]:
    if not polygons:
        return
    start = f'  "{name}": ['
    yield f",\n{start}".encode()
    make = partial(_polygon, texts=texts)
    for number, polygon in enumerate(polygons):
        if number:
            yield b",\n" + b" " * len(start)
        yield b"{" + texts.of(polygon, make)
    yield b"]"


def _tail(annotation: Annotation) -> Iterator[bytes]:
    members = [f'"flags": {_json(annotation.flags)}'] if annotation.flags else []
    for member in members + _extra_members(annotation.extra, records.Annotation):
        yield b",\n  " + member.encode()
    yield b"\n}\n"


def _instance(instance: Instance, texts: Texts) -> bytes:
    names = {"id": instance.id, "class": instance.class_name, "source": instance.source}
    records.Instance.model_validate({**names, "polygons": []})
    if any(polygon.role is Role.IGNORE for polygon in instance.polygons):
        raise ValueError("an ignore polygon in an instance")
    make: Callable[[Polygon], bytes] = partial(_polygon, texts=texts)
    if len(instance.polygons) > _FEW:
        make = partial(texts.of, make=make)
    lines = [_ROLES[polygon.role] + make(polygon) for polygon in instance.polygons]
    polygons = b"\n       " + b",\n       ".join(lines) + b"\n     " if lines else b""
    members = [f'"attributes": {_json(instance.attributes)}'] if instance.attributes else []
    members += _extra_members(instance.extra, records.Instance)
    rest = "".join(f",\n     {member}" for member in members)
    return b'{%b,\n     "polygons": [%b]%b}' % (_json(names)[1:-1].encode(), polygons, rest.encode())


def _polygon(polygon: Polygon, texts: Texts) -> bytes:
    """Without the brace and the role before it: the same polygon may be an instance's, then the image's."""
    rest = "".join(f", {member}" for member in _extra_members(polygon.extra, records.Polygon))
    return b'"points": [%b]%b}' % (_points(polygon.points, texts), rest.encode())


def _points(points: NDArray[np.float64], texts: Texts) -> bytes:
    """With at most 3 decimals and no trailing zero: 40, 20.25."""
    if len(points) <= _POINTS:
        return _few_points(points)
    some = []
    for start in range(0, len(points), _POINTS):
        some.append(_few_points(points[start : start + _POINTS]))
        texts.pause()
    return b", ".join(some)


def _few_points(points: NDArray[np.float64]) -> bytes:
    """pydantic's writer takes a fifth of the time of json's."""
    text = records.to_json(points.tolist())[1:-1]
    return text.replace(b",", b", ").replace(b".0,", b",").replace(b".0]", b"]")


def _extra_members(extra: Extra, kind: type[records.Record]) -> list[str]:
    return [f"{_json(key)}: {_json(value)}" for key, value in extra.items() if key not in kind.keys]


def _object(members: Iterable[str]) -> str:
    return "{" + ", ".join(members) + "}"


def _json(value: Any) -> str:
    if isinstance(value, Mapping):
        value = dict(value)
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


# --- why it cannot be written ------------------------------------------------------------------------------


def _problem(annotation: Annotation, error: Exception) -> object:
    """What is wrong and where, by the records' rules; the error's own words for what they do not know."""
    try:
        _check(annotation)
    except RecordError as problem:
        return problem
    except records.ValidationError as problem:
        return problem_of(problem)
    return problem_of(error) if isinstance(error, records.ValidationError) else error


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
