"""Fit the profiles of all pose sources and write them into the package.

    python -m tools.profiles ../shared/data --cache /tmp/captures

reads stills and clips of rendered people (``stills``, ``pop``, ``rendered``, ``demo``) and the
marker tracks (``lab``). Poses are kept in the cache, as reading them takes an hour. Everything
that goes into an interval comes from people who took no part in the fit.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tools.profiles.clips import NETWORKS, Reading, load
from tools.profiles.joints import frames_of
from tools.profiles.lab import marker_profile
from tools.profiles.people import People
from tools.profiles.write import write_profile

#: Clips that travel with the project: bodies in the public domain, motion of CMU.
CARRIED = (
    *("pd02", "pd03", "pd05", "pd07", "pd09", "pd10"),
    *("pd14", "pd15", "pd18", "pd21", "pd22", "pd25"),
)
# Clips with true metrics and events.
CLIPS = ("pop", "rendered", "demo")
FOLDER = Path(__file__).parents[2] / "src" / "leanline" / "assets" / "profiles"


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--left-out", type=Path, help="where the profiles for validation go")
    options = parser.parse_args()
    write_profile(marker_profile(options.data)[0], FOLDER)
    for network in NETWORKS:
        everybody = people(options.data, options.cache, network)
        write_profile(everybody.profile(), FOLDER)
        if options.left_out is not None and network == "heavy":
            write_left_out(everybody, options.left_out)


def write_left_out(everybody: People, folder: Path) -> None:
    """The profiles with which ``validation`` judges the clips that travel with the project."""
    write_profile(everybody.profile("", "rajagopal"), folder / "rajagopal")
    for clip in everybody.clips:
        if clip.name in CARRIED:
            write_profile(everybody.profile(clip.body, clip.runner), folder / clip.name)


def people(data: Path, cache: Path, network: Reading) -> People:
    """The people of one network."""
    learned = [clip for clip in load(data, ("stills", "pop"), cache, network) if clip.joints]
    clips = list(load(data, CLIPS, cache, network))
    return People(f"blazepose-{network}", frames_of(learned), clips)


if __name__ == "__main__":
    main()
