import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given

from labeler.dataset import classes, schema, sidecar
from labeler.document.model import Annotation
from labeler.errors import LabelerError
from tests.dataset.samples import DATASET, SIDECAR, SIDECAR_WITH_EXTRAS, changed
from tests.strategies import annotations

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "labeler" / "samples"


def validator(name: str) -> jsonschema.Draft202012Validator:
    """An independent reader of the schemas as they are in the repository."""
    return jsonschema.Draft202012Validator(json.loads((ROOT / "schemas" / name).read_bytes()))


ANNOTATION = validator("annotation.schema.json")
DATASET_FILE = validator("dataset.schema.json")


def test_the_schemas_in_the_repository_are_fresh(tmp_path: Path) -> None:
    for path in schema.write(tmp_path):
        committed = ROOT / "schemas" / path.name
        assert committed.read_bytes() == path.read_bytes(), "stale: run `labeler schema`"


@pytest.mark.parametrize("checked", [ANNOTATION, DATASET_FILE])
def test_the_schemas_are_schemas_and_name_no_host(checked: jsonschema.Draft202012Validator) -> None:
    checked.check_schema(checked.schema)
    assert checked.schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert checked.schema["$id"].startswith("labeler:")
    assert json.dumps(checked.schema).count("//") == 1, "the dialect is the only address"


@pytest.mark.parametrize("sample", [SIDECAR, SIDECAR_WITH_EXTRAS], ids=["design", "extras"])
def test_good_sidecars_are_valid(sample: bytes) -> None:
    ANNOTATION.validate(json.loads(sample))


def test_a_good_dataset_file_is_valid() -> None:
    DATASET_FILE.validate(json.loads(DATASET))


@pytest.mark.parametrize(
    "path", sorted(SAMPLES.rglob("*.labels.json")), ids=lambda path: path.relative_to(SAMPLES).as_posix()
)
def test_every_sample_sidecar_is_valid_and_in_our_layout(path: Path) -> None:
    ANNOTATION.validate(json.loads(path.read_bytes()))
    assert sidecar.serialise(sidecar.load(path)) == path.read_bytes()


def test_the_dataset_file_of_the_samples_is_valid() -> None:
    path = SAMPLES / "labeler.json"
    if not path.exists():
        pytest.skip("no samples yet")
    DATASET_FILE.validate(json.loads(path.read_bytes()))
    assert classes.serialise(classes.parse(path.read_bytes(), path)) == path.read_bytes()


@given(annotations())
def test_whatever_we_write_is_valid(annotation: Annotation) -> None:
    ANNOTATION.validate(json.loads(sidecar.serialise(annotation)))


POINTS = "instances.0.polygons.0.points"


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("format", "labeler.dataset"),
        ("version", 2),
        ("version", True),
        ("version", "1"),
        ("image", ...),
        ("image.file", "a/b.png"),
        ("image.file", "a\\b.png"),
        ("image.file", ".."),
        ("image.file", "c:a.png"),
        ("image.file", "a\0b"),
        ("image.width", 0),
        ("image.width", True),
        ("image.height", 1e308),
        ("instances.0.id", "a/b"),
        ("instances.0.id", "a\n"),
        ("instances.0.class", ""),
        ("instances.0.class", "a\n"),
        ("instances.0.polygons.0.role", "ignore"),
        ("instances.0.polygons.0.role", ...),
        ("exclude.0.role", "include"),
        (POINTS, [[1, 2], [3, 4]]),
        (POINTS + ".0", [1, 2, 3]),
        (POINTS + ".0", [1]),
        (POINTS + ".0.0", "1"),
        (POINTS + ".0.0", True),
        (POINTS + ".0.0", 1e308),
        ("ignore.0.points", [[1, 2], [3, 4]]),
        ("flags", []),
    ],
)
def test_the_schema_refuses_what_the_records_refuse(place: str, value: Any) -> None:
    data = changed(SIDECAR, place, value)
    assert not ANNOTATION.is_valid(json.loads(data))
    with pytest.raises(LabelerError):
        sidecar.parse(data, Path("x"))


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("classes", []),
        ("classes.0.index", 0),
        ("classes.0.index", 255),
        ("classes.0.color", "red"),
        ("classes.0.color", "#12345"),
        ("classes.0.name", ""),
        ("classes.0.name", ...),
    ],
)
def test_the_dataset_schema_refuses_what_the_records_refuse(place: str, value: Any) -> None:
    data = changed(DATASET, place, value)
    assert not DATASET_FILE.is_valid(json.loads(data))
    with pytest.raises(LabelerError):
        classes.parse(data, Path("x"))
