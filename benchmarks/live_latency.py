"""Rate and latency of the live page in a real browser with a made-up camera.

    python benchmarks/live_latency.py [CLIP] [--mode stand|run] [--seconds 15]

The clip (by default the bundled demo) is given to a headless Chromium as its camera, at 30
frames a second; the page sends its pictures to the server of ``leanline live``, and what the
page itself shows is printed: pictures a second, and milliseconds from the camera's picture to
the drawn line (median over the last 90 pictures), with its parts. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import os
import re
import socket
import tempfile
import threading
from fractions import Fraction
from importlib.resources import files
from pathlib import Path

import av
import uvicorn
from playwright.sync_api import sync_playwright

from leanline.report.pdf import find_browser
from leanline.web.live.app import create_live_app

CAMERA_HZ = 30
START_MS = 60_000


def camera_film(clip: Path, out: Path) -> Path:
    """The clip as Motion JPEG at the camera's rate."""
    with av.open(str(clip)) as source, av.open(str(out), "w", format="mjpeg") as film:
        picture = source.streams.video[0]
        stream = film.add_stream("mjpeg", rate=CAMERA_HZ)
        stream.width, stream.height, stream.pix_fmt = picture.width, picture.height, "yuvj420p"
        stream.options = {"qscale": "3", "flags": "+qscale"}
        every = max(1, round(float(picture.average_rate or CAMERA_HZ) / CAMERA_HZ))
        for k, frame in enumerate(source.decode(picture)):
            if k % every == 0:
                flat = frame.reformat(format="yuvj420p")
                flat.pts, flat.time_base = k // every, Fraction(1, CAMERA_HZ)
                for packet in stream.encode(flat):
                    film.mux(packet)
        for packet in stream.encode():
            film.mux(packet)
    return out


def serve(folder: Path) -> tuple[str, uvicorn.Server]:
    """The live page in a thread, and its address."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(16)
    config = uvicorn.Config(
        create_live_app(folder), log_level="error", ws_per_message_deflate=False
    )
    server = uvicorn.Server(config)
    threading.Thread(target=server.run, args=([listening],), daemon=True).start()
    return f"http://127.0.0.1:{listening.getsockname()[1]}/live", server


def watch(address: str, film: Path, mode: str, seconds: int) -> None:
    """Print what the page shows, once a second."""
    camera = (
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(find_browser()), args=["--no-sandbox", "--disable-gpu", *camera]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(address)
        page.check(f"input[value={mode}]", force=True)
        page.click("#start")
        page.wait_for_selector("body[data-state=measuring]", timeout=START_MS)
        rates, latencies = [], []
        for _ in range(seconds):
            page.wait_for_timeout(1000)
            said = page.inner_text("#timing")
            numbers = re.findall(r"[\d.]+", said)
            rates.append(float(numbers[0]))
            latencies.append(float(numbers[1]))
            lean, parts = page.inner_text("#lean"), page.get_attribute("#timing", "title")
            print(f"{numbers[0]:>5} a second  {numbers[1]:>5} ms  lean {lean:>5}  ({parts})")
        browser.close()
    middle = len(rates) // 2
    print(
        f"median over {seconds} s: {sorted(rates)[middle]:.0f} pictures a second, "
        f"{sorted(latencies)[middle]:.0f} ms; {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f} (of it about 2 by this script)"
    )


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    demo = Path(str(files("leanline") / "assets" / "demo.mp4"))
    parser.add_argument("clip", nargs="?", type=Path, default=demo)
    parser.add_argument("--mode", choices=("stand", "run"), default="run")
    parser.add_argument("--seconds", type=int, default=15)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        film = camera_film(wanted.clip, Path(folder) / "camera.mjpeg")
        address, server = serve(Path(folder) / "clips")
        watch(address, film, wanted.mode, wanted.seconds)
        server.should_exit = True


if __name__ == "__main__":
    main()
