"""``/api/v1``: the same powers as the pages, for programs."""
