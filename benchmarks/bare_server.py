"""A FastAPI application that says hello and nothing else: what every answer costs at least."""

from __future__ import annotations

import sys

import uvicorn
from fastapi import FastAPI


def main() -> None:
    """Serve on the port in the first argument until stopped."""
    app = FastAPI(openapi_url=None)

    @app.get("/")
    async def hello() -> dict[str, str]:
        return {"hello": "world"}

    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
