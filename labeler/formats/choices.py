"""What every export leaves to the user, whatever the format: which images, what of them, and how large."""

from __future__ import annotations

from labeler.formats.base import Option
from labeler.i18n import N_

EMPTY = Option(
    "empty",
    N_("Empty images and masks too"),
    N_("Also write images and masks that have nothing on them."),
    default=False,
)
ONLY = Option(
    "only",
    N_("Only images with the flag"),
    N_("Write only images with this flag, such as verified."),
    default="",
    metavar="FLAG",
)
CLASSES = Option(
    "classes",
    N_("Only these classes"),
    N_("Write only instances of these classes, separated by commas."),
    default="",
    metavar="NAMES",
)
SPLIT = Option(
    "split",
    N_("Train/val/test split"),
    N_(
        "Share the images out, in parts such as 80/10/10 or 90/10. An image's name decides, so that it stays "
        "where it is when images are added."
    ),
    default="",
    metavar="80/10/10",
)
GROW = Option(
    "grow",
    N_("Grow masks by"),
    N_("Make every instance larger all round by so many pixels; smaller when negative."),
    default=0.0,
    least=-1000.0,
    most=1000.0,
    unit="px",
    metavar="PX",
)
SCALE = Option(
    "scale",
    N_("Scale"),
    N_("Write everything for images of this share of their size: 0.5 is half as wide and half as high."),
    default=1.0,
    least=0.01,
    most=16.0,
    unit="×",
    metavar="FACTOR",
)
IMAGES = Option(
    "images",
    N_("Images"),
    N_(
        "Put the images where the format has them: copy them, or make hard links, which take no space but "
        "are the same file. auto: copy where the format needs it."
    ),
    "auto",
    ("auto", "none", "copy", "link"),
    (N_("as the format needs"), N_("leave out"), N_("copy"), N_("link")),
)

EXPORT_OPTIONS = (EMPTY, ONLY, CLASSES, SPLIT, GROW, SCALE, IMAGES)

CLASS = Option(
    "class",
    N_("Class where none is named"),
    N_("The class of things for which the source names none; the dataset's first class when not given."),
    default="",
    metavar="NAME",
)
TOLERANCE = Option(
    "tolerance",
    N_("Tolerance"),
    N_("How far polygons made from masks may lie off the borders of the pixels; 0 is exact."),
    default=0.0,
    most=100.0,
    unit="px",
    metavar="PX",
)
REPLACE = Option(
    "replace",
    N_("Replace labels that are there"),
    N_("Images that have labels get these instead; the earlier sidecar goes to the dataset's trash."),
    default=False,
)
ADD = Option(
    "add",
    N_("Add to labels that are there"),
    N_("Images that have labels get these as well; the earlier sidecar goes to the dataset's trash."),
    default=False,
)

IMPORT_OPTIONS = (CLASS, TOLERANCE, REPLACE, ADD)
