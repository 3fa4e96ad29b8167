"""Marks that people leave on frames are kept with the clip."""

from __future__ import annotations

from collections.abc import Callable

from leanline.store import Store
from tests.web.conftest import Caller

Analysed = Callable[..., str]
ANGLE = {"time_s": 1.2, "kind": "angle", "points": [[10, 20], [30.5, 40], [50, 20]]}


def test_marks_are_kept_with_the_clip_in_its_order_and_go_with_it(
    web: Caller, analysed: Analysed, store: Store
) -> None:
    session = analysed()
    path = f"/api/v1/sessions/{session}/marks"
    later = web.post(path, json={**ANGLE, "time_s": 2.0}).json()
    made = web.post(path, json=ANGLE)
    assert made.status_code == 201
    listed = web.get(path).json()
    assert [one["time_s"] for one in listed] == [1.2, 2.0]
    assert listed[0]["points"] == ANGLE["points"]
    assert web.delete(f"{path}/{later['id']}").status_code == 204
    assert [one["id"] for one in web.get(path).json()] == [made.json()["id"]]
    store.delete_session(session)
    assert store.marks.all(session) == ()
    assert web.post(path, json=ANGLE).status_code == 404


def test_a_mark_has_the_points_that_its_kind_needs(web: Caller, analysed: Analysed) -> None:
    path = f"/api/v1/sessions/{analysed()}/marks"
    assert web.post(path, json={**ANGLE, "kind": "line"}).status_code == 422
    assert web.post(path, json={**ANGLE, "kind": "sketch"}).status_code == 201
    assert web.post(path, json={**ANGLE, "points": [[1, 2, 3]] * 3}).status_code == 422
