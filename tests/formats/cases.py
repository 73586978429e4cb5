"""Annotations that formats tend to get wrong, and a way to write them."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from labeler.document.model import Annotation, Role
from labeler.formats.assembly import Rows, Sections, write_shared
from labeler.formats.base import Format, ImageItem, Job, Options, Page
from labeler.formats.names import image_numbers, output_stems
from labeler.formats.output import OWN_FOLDER, Folder
from labeler.formats.report import ExportReport
from tests.builders import annotation_of, instance_of, polygon, rectangle, ring_with_hole, square, triangle

EXCLUDE = Role.EXCLUDE


@dataclass(frozen=True)
class ClassEntry:
    name: str
    index: int
    color: str


CLASSES = (
    ClassEntry("object", 1, "#e6194b"),
    ClassEntry("Käse/Brot", 7, "#3cb44b"),
    ClassEntry("edge", 254, "#0000ff"),
)


def circle(x: float, y: float, radius: float, points: int = 24) -> np.ndarray:
    turn = np.arange(points) * 2 * np.pi / points
    return np.c_[x + radius * np.cos(turn), y + radius * np.sin(turn)]


def star(x: float, y: float, radius: float) -> np.ndarray:
    turn = np.arange(5) * 4 * np.pi / 5 + 0.1
    return np.c_[x + radius * np.cos(turn), y + radius * np.sin(turn)]


CASES: Mapping[str, Annotation] = {
    "one": annotation_of(polygon(circle(40, 40, 22.3))),
    "hole": annotation_of(ring_with_hole()),
    "round hole": annotation_of((polygon(circle(50, 40, 30)), polygon(circle(53, 38, 13.37), EXCLUDE))),
    "island in a hole": annotation_of((*ring_with_hole(), square(37.5, 37.25, 4.9))),
    "two holes": annotation_of(
        (
            polygon(circle(50, 40, 35)),
            polygon(circle(40, 30, 9), EXCLUDE),
            polygon(circle(60, 50, 9), EXCLUDE),
        )
    ),
    "hole of one pixel": annotation_of((square(10, 10, 30), rectangle(20, 20, 21, 21, EXCLUDE))),
    "two parts": annotation_of((triangle(5, 5), polygon(circle(70, 50, 12)))),
    "parts that overlap": annotation_of((square(10, 10, 30), square(25, 25, 30))),
    "cut in two": annotation_of((square(), rectangle(35.3, 0, 42.7, 80, EXCLUDE))),
    "overlap": annotation_of(
        instance_of(square(10, 10, 40), id="a"),
        instance_of(square(30, 30, 40), id="b", class_name="Käse/Brot"),
        instance_of(square(35, 35, 10), id="c"),
    ),
    "all hidden": annotation_of(
        instance_of(square(30, 30, 10), id="under"),
        instance_of(square(), id="over", class_name="edge"),
    ),
    "ignore": annotation_of(square(), ignore=[square(50, 50, 40), triangle()]),
    "exclude over everything": annotation_of(
        ring_with_hole(), square(60, 20, 20), exclude=[rectangle(0, 38, 100, 44)]
    ),
    "cut away": annotation_of(square(), square(70, 10, 8), exclude=[square(10, 10, 60)]),
    "sub-pixel": annotation_of(polygon([(10.251, 10.749), (30.333, 11.5), (20.5, 40.125)])),
    "tiny": annotation_of(
        rectangle(10.2, 10.2, 10.8, 10.8), rectangle(20.6, 20.6, 20.9, 20.9), triangle(30, 30, 1.2)
    ),
    "on pixel centres": annotation_of(rectangle(10.5, 10.5, 20.5, 30.5), triangle(40.5, 40.5, 10)),
    "crossing itself": annotation_of(polygon(star(50, 40, 33))),
    "crossing with a hole": annotation_of((polygon(star(50, 40, 33)), polygon(circle(28, 40, 4), EXCLUDE))),
    "partly outside": annotation_of(polygon(circle(0, 0, 30)), polygon(circle(99, 79, 25.5))),
    "all outside": annotation_of(square(-90, 10), square(10, 10)),
    "around the image": annotation_of((square(-50, -50, 300), polygon(circle(50, 40, 20), EXCLUDE))),
    "nothing": annotation_of(),
}


def items(annotations: Mapping[str, Annotation], splits: Mapping[str, str] | None = None) -> list[ImageItem]:
    """Images of these names with these annotations."""
    names = list(annotations)
    return [
        ImageItem(name, stem, _named(annotations[name], name), number, (splits or {}).get(name, ""))
        for name, stem, number in zip(names, output_stems(names), image_numbers(names))
    ]


def item(name: str, annotation: Annotation, stem: str | None = None) -> ImageItem:
    """An image of this name with this annotation."""
    (found,) = items({name: annotation})
    return found if stem is None else replace(found, stem=stem)


def _named(annotation: Annotation, name: str) -> Annotation:
    return replace(annotation, image=replace(annotation.image, file=Path(name).name))


def write(
    format: Format,
    annotations: Mapping[str, Annotation],
    out: Path,
    options: Options | None = None,
    splits: Mapping[str, str] | None = None,
) -> ExportReport:
    """Export annotations given by image name, each to its split if there are splits."""
    return write_items(format, items(annotations, splits), out, options, splits)


def write_items(
    format: Format,
    images: list[ImageItem],
    out: Path,
    options: Options | None = None,
    splits: Mapping[str, str] | None = None,
) -> ExportReport:
    """Export these images, as `labeler.exporting` does."""
    report, folder = ExportReport(), Folder(out)
    job = Job(CLASSES, options or {}, tuple(dict.fromkeys((splits or {}).values())) or ("",))
    sections = Sections(format.shared(job))
    with tempfile.TemporaryDirectory() as place, closing(Rows(sections, Path(place))) as rows:
        for image in images:
            page = Page()
            format.add(page, image, job)
            for name, data in page.files:
                folder.write(name, data)
            rows.add(sections.joined(page))
            report.images += 1
            report.files += len(page.files)
            report.instances += page.instances
            for loss, where in page.losses:
                report.lose(loss, where)
        report.files += len(write_shared(sections, rows, folder))
    return report


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file by its posix path, without what the export notes for the next time."""
    paths = {path.relative_to(folder): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {
        name.as_posix(): path.read_bytes() for name, path in paths.items() if OWN_FOLDER not in name.parts
    }
