"""Trends over the weeks as plain data, for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from leanline.formats.analysis_json import metric_to_dict
from leanline.model import Metric
from leanline.trends.change import Change
from leanline.trends.trend import Trend


def trends_to_plain(athlete: str, trends: Sequence[Trend]) -> Mapping[str, Any]:
    """Convert an athlete's trends to JSON values.

    Parameters
    ----------
    athlete
        The name.
    trends
        By metric.

    Returns
    -------
    mapping
        Each metric with every session, first and now combined, and the change between them.
    """
    return {
        "schema": "leanline.history/1",
        "athlete": athlete,
        "metrics": [_trend(trend) for trend in trends],
    }


def _trend(trend: Trend) -> Mapping[str, Any]:
    return {
        "id": trend.metric_id,
        "first": _metric(trend.first),
        "now": _metric(trend.now),
        "clips": list(trend.clips),
        "since_first": _change(trend.since_first),
        "since_last": _change(trend.since_last),
        "sessions": [
            {
                "session_id": point.session_id,
                "at": point.at.isoformat(),
                "name": point.name,
                "comparable": point.alike,
                "metric": metric_to_dict(point.metric),
            }
            for point in trend.points
        ],
    }


def _metric(metric: Metric | None) -> Mapping[str, Any] | None:
    return None if metric is None else metric_to_dict(metric)


def _change(change: Change | None) -> Mapping[str, Any] | None:
    return None if change is None else {**asdict(change), "why": change.why or None}
