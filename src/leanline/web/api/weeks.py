"""Trends and plans."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(prefix="/athletes", tags=["weeks"])
