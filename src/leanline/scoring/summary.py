"""All numbers of a score by key, for bars and for other programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from leanline.scoring.agreement import Agreement, Interval
from leanline.scoring.calibration import Calibration
from leanline.scoring.icc import Icc
from leanline.scoring.parts import EventScore, LabelScore, ScorePart, ValueScore

Entry = tuple[str, float | None]


def summarize(part: ScorePart) -> Mapping[str, float]:
    """Return all numbers of a score by key.

    Parameters
    ----------
    part
        Score over a set of clips.

    Returns
    -------
    Mapping of str to float
        By ``GROUP.NAME.STATISTIC``, without the unknown ones; shares are 0 to 1.
    """
    entries: dict[str, float | None] = {}
    for key, value in part.values.items():
        entries |= {f"{key}.{name}": number for name, number in _of_value(value)}
    for kind, event in part.events.items():
        entries |= {f"event.{kind}.{name}": number for name, number in _of_event(event)}
    for key, label in part.labels.items():
        entries |= {f"label.{key}.{name}": number for name, number in _of_label(label)}
    return {key: float(number) for key, number in entries.items() if number is not None}


def _of_value(score: ValueScore) -> Iterator[Entry]:
    given = len(score.given)
    yield "clips", score.clips
    yield "given", given / score.clips
    if score.pairs:
        yield "answered", given / len(score.pairs)
    if score.agreement is not None:
        yield from _of_agreement(score.agreement)
    yield from _of_icc("icc", score.icc)
    yield from _of_icc("icc_of_persons", score.icc_of_persons)
    if score.calibration is not None:
        yield from _of_calibration(score.calibration)


def _of_agreement(found: Agreement) -> Iterator[Entry]:
    yield "n", found.n
    yield "persons", found.persons
    yield "bias", found.bias
    yield from _ends("bias", found.bias_ci95)
    yield "median", found.median
    yield "mae", found.mae
    yield from _ends("mae", found.mae_ci95)
    yield "worst", found.worst
    yield "sd", found.sd
    yield from _ends("limits", found.limits)


def _of_icc(name: str, found: Icc | None) -> Iterator[Entry]:
    if found is not None:
        yield name, found.value
        yield from _ends(name, found.ci95)


def _of_calibration(found: Calibration) -> Iterator[Entry]:
    yield "stated", found.n
    yield "covered", found.covered
    yield from _ends("covered", found.covered_ci95)
    yield "ci_width", found.width
    yield "interval_score", found.interval_score
    yield "brier", found.brier
    for row in found.reliability:
        yield f"covered_at_{100 * row.level:.0f}", row.covered


def _of_event(score: EventScore) -> Iterator[Entry]:
    yield "true", score.true
    yield "found", score.counted
    yield "matched", score.matched
    yield "recall", score.recall
    yield "precision", score.precision
    yield "side_right", score.right_share
    if score.timing_ms is not None:
        yield "persons", score.timing_ms.persons
        yield from _of_timing(score.timing_ms)


def _of_timing(found: Agreement) -> Iterator[Entry]:
    """In milliseconds; ``bias_ms`` and ``sd_ms`` are robust to a few outliers."""
    yield "bias_ms", found.median
    yield "sd_ms", found.robust_sd
    yield "mae_ms", found.mae
    yield "worst_ms", found.worst
    yield "mean_ms", found.bias
    yield "plain_sd_ms", found.sd
    yield from _ends("mean_ms", found.bias_ci95)
    yield from _ends("mae_ms", found.mae_ci95)
    yield from _ends("limits_ms", found.limits)


def _of_label(score: LabelScore) -> Iterator[Entry]:
    yield "clips", score.clips
    yield "given", score.given / score.clips
    yield "right", score.right / score.clips
    if score.given:
        yield "right_of_given", score.right / score.given


def _ends(name: str, interval: Interval | None) -> Iterator[Entry]:
    if interval is not None:
        yield f"{name}_low", interval[0]
        yield f"{name}_high", interval[1]
