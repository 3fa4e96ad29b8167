"""A track of any format as C3D with contacts found by leanline.

python examples/convert.py TRACK OUT.c3d [FPS]
"""

from __future__ import annotations

import sys
from pathlib import Path

import leanline
from leanline.formats.c3d_write import write_c3d


def main(source: Path, target: Path, fps: float | None = None) -> None:
    """Read, find the contacts, write."""
    track = leanline.read_track(source, fps=fps)
    contacts = leanline.detect_contacts(track)
    write_c3d(track, target, contacts)
    print(f"{target}: {len(track.keypoints)} points, {2 * len(contacts)} events")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]) if len(sys.argv) > 3 else None)
