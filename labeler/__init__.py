"""labeler: include and exclude polygons on images, exact masks out of them."""

__version__ = "0.1.0"
