"""A server for the crash test: keeps handing in clips and says what it has confirmed.

``python -m tests.store.serving FOLDER NUMBER``; it ends when its input does.
"""

from __future__ import annotations

import sys
import threading
from hashlib import sha256
from pathlib import Path

from leanline.jobs import Queue, Supervisor
from leanline.store import NewClip, Store
from tests.store import acting

CLIPS = 4


def say(*words: str) -> None:
    """One line, there for the test as soon as it is true."""
    sys.stdout.write(" ".join(words) + "\n")
    sys.stdout.flush()


def until_told(stop: threading.Event) -> None:
    """Wait for the end of the input."""
    sys.stdin.read()
    stop.set()


def serve(folder: Path, number: str) -> None:
    """Start the workers, retry what was interrupted, hand in clips, tell what is done."""
    stop = threading.Event()
    threading.Thread(target=until_told, args=(stop,), daemon=True).start()
    with Store.open(folder / "data") as store, Supervisor(store, analyser=acting.NAME) as workers:
        queue = Queue(store)
        say("workers", *map(str, workers.pids()))
        for job in queue.all(states=("interrupted",)):
            latest = queue.latest(job.session_id)
            if latest is not None and latest.id == job.id:
                queue.retry(job.id)
        for clip in range(CLIPS):
            path = folder / f"clip-{number}-{clip}"
            content = f"parts 20 of {number} {clip}".encode()
            path.write_bytes(content)
            session, _ = queue.submit(NewClip(path, "run.mp4", move=True))
            say("kept", session.id, sha256(content).hexdigest())
        told: set[str] = set()
        while not stop.wait(0.02):
            idle = not queue.all(states=("queued", "running"))
            for job in queue.all(states=("done",)):
                if job.id not in told:
                    told.add(job.id)
                    say("done", job.session_id)
            if idle:
                say("idle", *map(str, workers.pids()))


if __name__ == "__main__":
    serve(Path(sys.argv[1]), sys.argv[2])
