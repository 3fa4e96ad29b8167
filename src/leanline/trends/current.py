"""What a runner's recent clips say together: one estimate, findings and verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leanline.findings import Forecast, evaluate_rules, forecast, judge_steps
from leanline.model import Activity, Finding, Metric, Verdict
from leanline.trends.session_data import SessionMeasurement
from leanline.trends.window import by_time, pooled, sessions_like, unchanged


@dataclass(frozen=True)
class CurrentForm:
    """How somebody runs or stands at present, by all recent clips that are alike.

    Parameters
    ----------
    sessions
        The sessions combined, oldest first.
    metrics
        By id; each from the sessions in which it did not really differ from the newest.
    findings
        Of the combined metrics, the most important first; without frames.
    verdicts
        One for each step of the method that was filmed.
    forecasts
        What more clips would do for the steps that are too close to tell.
    """

    sessions: tuple[SessionMeasurement, ...]
    metrics: Mapping[str, Metric]
    findings: tuple[Finding, ...]
    verdicts: tuple[Verdict, ...]
    forecasts: tuple[Forecast, ...]

    @property
    def activity(self) -> Activity:
        """What the person does in all of the sessions."""
        return self.sessions[-1].taken.activity

    def plan_basis(self) -> list[tuple[str, str]]:
        """Return id and severity of each finding that a plan is made from.

        What more clips would not settle is no reason to film again, unless nothing is decided.
        """
        unsettled = {one.verdict for one in self.forecasts if one.more is None}
        steps = {one.step for one in self.verdicts if one.id in unsettled}
        kept = [one for one in self.findings if one.severity != "watch" or one.step not in steps]
        return [(finding.id, finding.severity) for finding in kept or self.findings]


def current_form(
    history: Sequence[SessionMeasurement], reference: str | None = None
) -> CurrentForm | None:
    """Combine the newest session with those shortly before that are like it.

    Parameters
    ----------
    history
        Sessions of one athlete with all their metrics, in any order.
    reference
        Id of the session that counts as the newest; the newest that shows somebody running or
        standing if None.

    Returns
    -------
    CurrentForm or None
        None if there is no such session.
    """
    newest = _newest(history, reference)
    if newest is None:
        return None
    sessions = sessions_like(history, newest)
    names = dict.fromkeys(name for one in reversed(sessions) for name in one.metrics)
    metrics = {name: _metric(sessions, name, newest) for name in names}
    activity = newest.taken.activity
    return CurrentForm(
        tuple(sessions),
        metrics,
        evaluate_rules(metrics, (), activity),
        judge_steps(metrics, activity),
        forecast(metrics, activity, len(sessions)),
    )


def _metric(
    sessions: Sequence[SessionMeasurement], name: str, newest: SessionMeasurement
) -> Metric:
    """Return the metric as far as it agrees with the newest session that has it."""
    measured = [one for one in sessions if name in one.metrics]
    valued = [one for one in measured if one.metrics[name].value is not None]
    if not valued:
        return measured[-1].metrics[name]
    reference = newest if newest in valued else valued[-1]
    return pooled(unchanged(valued, name, reference), name) or measured[-1].metrics[name]


def _newest(
    history: Sequence[SessionMeasurement], reference: str | None
) -> SessionMeasurement | None:
    if reference is not None:
        return next((one for one in history if one.session_id == reference), None)
    judged = [one for one in by_time(history) if one.taken.activity in ("running", "standing")]
    return judged[-1] if judged else None
