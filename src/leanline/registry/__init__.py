"""Everything that is fixed about a metric, each fact once: unit, definition, bands, evidence.

CONTRIBUTING.md says how to add one.
``assess``, ``stand``, ``run`` and ``land`` hold the entries by step of the method, ``bands`` the
coaching band, ``displays`` which metrics each page shows, ``sources.toml`` the publications.
"""
