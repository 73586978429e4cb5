"""What the two files of a dataset look like, as pydantic records.

They check what is read, and the JSON Schemas are generated from them. Everyone else says ``records.Polygon``:
that loads this module when the first file is read. Knows no path.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, FailFast, Field, JsonValue

from labeler.dataset.records import (
    CLASS_PATTERN,
    END,
    FILE_PATTERN,
    FIRST_INDEX,
    ID_PATTERN,
    LAST_INDEX,
    LONGEST_SIDE_PX,
    VERSION,
)
from labeler.document.model import COORDINATE_LIMIT

Coordinate = Annotated[float, Field(ge=-COORDINATE_LIMIT, le=COORDINATE_LIMIT, allow_inf_nan=False)]
Points = Annotated[
    list[tuple[Coordinate, Coordinate]],
    Field(
        min_length=3,
        description="x, y in pixels of the image as displayed; (0, 0) is the top-left corner of the first "
        "pixel. The last point is joined to the first. Written with at most 3 decimals.",
    ),
    FailFast(),  # a list of 100,000 wrong numbers has one error worth telling
]
Id = Annotated[str, Field(pattern=ID_PATTERN, description="Unique in this file.")]
ClassName = Annotated[str, Field(pattern=CLASS_PATTERN)]
FileName = Annotated[str, Field(pattern=FILE_PATTERN, description="Name of the image, without a folder.")]
Pixels = Annotated[int, Field(ge=1, le=LONGEST_SIDE_PX)]
# Not a Literal: to Python true is 1.
Version = Annotated[int, Field(ge=VERSION, le=VERSION)]


class Record(BaseModel):
    """Strict about what it knows; what it does not know is kept as it came, in ``model_extra``."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True, regex_engine="python-re")
    #: The keys that are ours, in the order in which they are written.
    keys: ClassVar[tuple[str, ...]]

    @classmethod
    def __pydantic_init_subclass__(cls, **_: object) -> None:
        cls.keys = tuple(field.alias or name for name, field in cls.model_fields.items())


class Polygon(Record):
    """One ring of points of an instance: include adds to its mask, exclude removes, in the order listed."""

    role: Literal["include", "exclude"]
    points: Points


class Exclude(Record):
    """One ring of points that cuts every instance of the image."""

    role: Annotated[Literal["exclude"], Field(description="Not written: the list says it.")] = "exclude"
    points: Points


class Ignore(Record):
    """One ring of points around "don't know": left out of loss and metrics."""

    role: Annotated[Literal["ignore"], Field(description="Not written: the list says it.")] = "ignore"
    points: Points


class Instance(Record):
    """One thing of one class."""

    id: Id
    class_name: Annotated[ClassName, Field(alias="class")]
    source: Annotated[str, Field(description="Who drew it.")] = "human"
    polygons: Annotated[list[Polygon], FailFast()]
    attributes: dict[str, JsonValue] = Field(default_factory=dict)


class Image(Record):
    """The image as displayed: its EXIF orientation is applied."""

    file: FileName
    width: Pixels
    height: Pixels


class Annotation(Record):
    """Everything drawn on one image: photo.jpg.labels.json beside photo.jpg. Keys not listed are kept."""

    format: Literal["labeler.annotation"]
    version: Version
    image: Image
    instances: Annotated[list[Instance], FailFast()] = Field(default_factory=list)
    exclude: Annotated[list[Exclude], FailFast()] = Field(default_factory=list)
    ignore: Annotated[list[Ignore], FailFast()] = Field(default_factory=list)
    flags: dict[str, JsonValue] = Field(default_factory=dict)


class Class(Record):
    """What instances are instances of."""

    name: Annotated[ClassName, Field(description="Unique in this file.")]
    index: Annotated[
        int,
        Field(
            ge=FIRST_INDEX,
            le=LAST_INDEX,
            description="Unique and stable for ever: the value in indexed masks and the COCO category id.",
        ),
    ]
    color: Annotated[str, Field(pattern=rf"^#[0-9A-Fa-f]{{6}}{END}")]


class Dataset(Record):
    """The classes of a folder of images: its labeler.json. Keys not listed are kept."""

    format: Literal["labeler.dataset"]
    version: Version
    classes: Annotated[list[Class], Field(min_length=1), FailFast()]


RECORDS: tuple[type[Record], ...] = (
    Record, Polygon, Exclude, Ignore, Instance, Image, Annotation, Class, Dataset,
)  # fmt: skip
