"""The HTML pages, which work without scripts where possible."""
