"""``leanline schema``: prints the schema of ``analysis.json``."""

from __future__ import annotations

import typer


def schema() -> None:
    """Print the JSON Schema of analysis.json."""
    from leanline.formats.schema import schema_text

    typer.echo(schema_text(), nl=False)
