"""Fit the profiles of all pose sources and write them into the package.

    python -m tools.profiles ../shared/data --cache /tmp/captures

reads stills and clips of rendered people (``stills``, ``pop``, ``rendered``, ``demo``) and the
marker tracks (``lab``). Poses are kept in the cache, as reading them takes an hour. Everything
that goes into an interval comes from people who took no part in the fit.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tools.profiles.clips import Reading, load
from tools.profiles.joints import frames_of
from tools.profiles.lab import marker_profile
from tools.profiles.people import People
from tools.profiles.write import write_profile

NETWORKS: tuple[Reading, ...] = ("full", "heavy")
# Clips with true metrics and events.
CLIPS = ("pop", "rendered", "demo")
FOLDER = Path(__file__).parents[2] / "src" / "leanline" / "assets" / "profiles"


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--cache", type=Path, required=True)
    options = parser.parse_args()
    profiles = [marker_profile(options.data)[0]]
    profiles += [people(options.data, options.cache, network).profile() for network in NETWORKS]
    for profile in profiles:
        for path in write_profile(profile, FOLDER):
            print(f"wrote {path}")


def people(data: Path, cache: Path, network: Reading) -> People:
    """The people of one network."""
    learned = [clip for clip in load(data, ("stills", "pop"), cache, network) if clip.joints]
    clips = list(load(data, CLIPS, cache, network))
    return People(f"blazepose-{network}", frames_of(learned), clips)


if __name__ == "__main__":
    main()
