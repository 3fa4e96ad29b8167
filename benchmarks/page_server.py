"""The pages of a store without a worker, for the benchmarks: FOLDER PORT."""

from __future__ import annotations

import sys

import uvicorn

from leanline.store import Store
from leanline.web.app import create_app
from leanline.web.settings import WebSettings


def main() -> None:
    """Serve until stopped."""
    folder, port = sys.argv[1], int(sys.argv[2])
    with Store.open(folder) as store:
        app = create_app(store, WebSettings(port=port))
        uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
