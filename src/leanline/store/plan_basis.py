"""What a practice plan is made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leanline.model import Metric
from leanline.store.records import Session
from leanline.store.store import Store
from leanline.trends.current import CurrentForm, current_form


@dataclass(frozen=True)
class PlanBasis:
    """Findings and metrics for ``make_plan``.

    Parameters
    ----------
    findings
        Id and severity of each.
    metrics
        By id.
    form
        What the recent clips say together; None if they cannot be combined.
    """

    findings: Sequence[tuple[str, str]]
    metrics: Mapping[str, Metric]
    form: CurrentForm | None


def load_plan_basis(store: Store, athlete_id: str, session: Session) -> PlanBasis:
    """Take what a session and the clips like it say together, or else the session alone.

    Parameters
    ----------
    store
        Where results are kept.
    athlete_id
        Whose plan it is.
    session
        The newest that counts.

    Returns
    -------
    PlanBasis
        Of all the clips, if they have findings together.
    """
    form = current_form(store.sessions.history(athlete_id), session.id)
    if form is not None and form.findings:
        return PlanBasis(form.plan_basis(), form.metrics, form)
    return PlanBasis(session.findings, store.sessions.metrics(session.id), form)
