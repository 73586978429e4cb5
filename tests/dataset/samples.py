"""Files as they are on disk, for tests of reading."""

import json
from typing import Any

#: The sidecar of the design, in our layout.
SIDECAR = b"""\
{
  "format": "labeler.annotation",
  "version": 1,
  "image": {"file": "coins.png", "width": 384, "height": 303},
  "instances": [
    {"id": "k3f9", "class": "coin", "source": "human",
     "polygons": [
       {"role": "include", "points": [[10.5, 20.25], [40, 21], [38.125, 60]]},
       {"role": "exclude", "points": [[20, 30], [25, 30], [25, 36]]}
     ],
     "attributes": {"occluded": true}}
  ],
  "exclude": [{"points": [[0, 0], [12, 0], [12, 9]]}],
  "ignore": [{"points": [[300, 200], [384, 200], [384, 303]]}],
  "flags": {"verified": true}
}
"""

#: With unknown keys at every level, and all that may be there more than once, twice.
SIDECAR_WITH_EXTRAS = """\
{
  "format": "labeler.annotation",
  "version": 1,
  "image": {"file": "Münze 1.png", "width": 384, "height": 303, "sha1": "da39", "camera": {"iso": 100}},
  "instances": [
    {"id": "k3f9", "class": "coin", "source": "human",
     "polygons": [
       {"role": "include", "points": [[10.5, 20.25], [40, 21], [38.125, 60]], "score": 0.25},
       {"role": "exclude", "points": [[20, 30], [25, 30], [25, 36]], "z": 1, "a": 2}
     ],
     "attributes": {"occluded": true},
     "track": 7,
     "class_name": "not ours",
     "history": [1, 2.0, null]},
    {"id": "a", "class": "coin", "source": "model",
     "polygons": [
       {"role": "include", "points": [[0, 0], [0.001, 0], [-1000000, 1000000]]}
     ]}
  ],
  "exclude": [{"points": [[0, 0], [12, 0], [12, 9]], "why": "hand"},
              {"points": [[0, 0], [12, 0], [12, 9]]}],
  "ignore": [{"points": [[1, 2], [3, 4], [5, 6]]},
             {"points": [[300, 200], [384, 200], [384, 303]], "note": "glare \\" \\\\"}],
  "flags": {"verified": true},
  "model_config": {"x": []},
  "keys": "kept"
}
""".encode()

DATASET = b"""\
{
  "format": "labeler.dataset",
  "version": 1,
  "classes": [
    {"name": "coin", "index": 1, "color": "#e6194b"},
    {"name": "cup", "index": 7, "color": "#3CB44B", "supercategory": "kitchen"}
  ],
  "owner": {"name": "lab"}
}
"""


def changed(sample: bytes, place: str, value: Any) -> bytes:
    """The sample with another value at a place like ``instances.0.id``; ``...`` removes what is there."""
    content = json.loads(sample)
    target = content
    *way, last = [int(step) if step.isdigit() else step for step in place.split(".")]
    for step in way:
        target = target[step]
    if value is ...:
        del target[last]
    else:
        target[last] = value
    return json.dumps(content).encode()
