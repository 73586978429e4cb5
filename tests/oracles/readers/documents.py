"""Text formats read as their documentation says, filled by GEOS: what the points really say."""

from __future__ import annotations

import json
from collections import defaultdict

import shapely
from centres import area, inside, union
from handing_over import INDICES, NAMES, SIZE, main


def labelme(folder, found):
    """https://github.com/wkentaro/labelme: shapes of one label and group_id are one thing."""
    for path in sorted(folder.glob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        assert (document["imageWidth"], document["imageHeight"]) == SIZE
        things = defaultdict(list)
        for n, shape in enumerate(document["shapes"]):
            assert shape["shape_type"] == "polygon"
            group = shape.get("group_id")
            key = (shape["label"], ("alone", n) if group is None else group)
            things[key].append(shape["points"])
        for (label, _group), rings in things.items():
            found.add(path, union(rings), label=label, rings=rings)


def isat(folder, found):
    """https://github.com/yatengLG/ISAT_with_segment_anything: objects of one category and group are one."""
    for path in sorted(folder.glob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        assert (document["info"]["width"], document["info"]["height"]) == SIZE
        things = defaultdict(list)
        for one in document["objects"]:
            assert one["area"] == inside(one["segmentation"]).sum()
            assert one["iscrowd"] == (one["category"] == "__ignore__")
            things[one["category"], one["group"]].append(one["segmentation"])
        for (label, _group), rings in things.items():
            found.add(path, union(rings), label=label)


def yolo(folder, found):
    """https://docs.ultralytics.com/datasets/segment: class and x y pairs, as shares of width and height."""
    for path in sorted((folder / "labels").glob("*.txt")):
        for line in path.read_text().splitlines():
            number, *values = line.split()
            x, y = map(float, values[::2]), map(float, values[1::2])
            ring = [(a * SIZE[0], b * SIZE[1]) for a, b in zip(x, y, strict=True)]
            label = NAMES[INDICES.index(int(number) + 1)]
            found.add(path, inside(ring), label=label, rings=[ring])


def cityscapes(folder, found):
    """Objects of one label with our key `instance` are one; without it, each is one for Cityscapes."""
    for path in sorted(folder.rglob("*_polygons.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        assert (document["imgWidth"], document["imgHeight"]) == SIZE
        things = defaultdict(list)
        for n, one in enumerate(document["objects"]):
            things[one["label"], one.get("instance", n)].append(one["polygon"])
        for (label, _instance), rings in things.items():
            stem = path.name.removesuffix("_gtFine_polygons.json")
            found.add(stem, union(rings), label=label, rings=rings)


def geojson(folder, found):
    """RFC 7946, read by GEOS' own reader."""
    for path in sorted(folder.glob("*.geojson")):
        document = json.loads(path.read_text(encoding="utf-8"))
        collection = shapely.from_geojson(path.read_text(encoding="utf-8"))
        assert len(document["features"]) == len(shapely.get_parts(collection))
        for feature in document["features"]:
            geometry = shapely.from_geojson(json.dumps(feature))
            properties = feature["properties"]
            found.add(
                path,
                area(geometry),
                label=properties.get("class"),
                role=properties.get("role"),
                valid=bool(shapely.is_valid(geometry)),
            )


if __name__ == "__main__":
    main({"labelme": labelme, "xanylabeling": labelme, "isat": isat, "yolo": yolo, "cityscapes": cityscapes,
          "geojson": geojson})  # fmt: skip
