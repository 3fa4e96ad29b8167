"""A comparison of two results as plain data, for programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from leanline.formats.analysis_json import metric_to_dict
from leanline.model import Analysis
from leanline.report.compare import CompareModel


def comparison_to_plain(
    model: CompareModel, analyses: tuple[Analysis, Analysis]
) -> Mapping[str, Any]:
    """Convert a comparison to JSON values.

    Parameters
    ----------
    model
        The comparison.
    analyses
        Before and after.

    Returns
    -------
    mapping
        The metrics of both with the verdict on their difference.
    """
    before, after = (analysis.metrics for analysis in analyses)
    return {
        "schema": "leanline.comparison/1",
        "before": model.names[0],
        "after": model.names[1],
        "summary": model.summary,
        "comparable": model.comparable,
        "notes": list(model.notes),
        "metrics": [
            {
                "id": row.id,
                "before": metric_to_dict(before[row.id]) if row.id in before else None,
                "after": metric_to_dict(after[row.id]) if row.id in after else None,
                "verdict": row.verdict,
                "why": row.why or None,
            }
            for row in model.rows
        ],
    }
