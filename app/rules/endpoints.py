"""The rules over the web; they are the same for everybody."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request

from app.ogc.question import check_parameters
from app.rules.describe import RuleOut, describe_all, describe_one


def take_no_parameters(request: Request) -> None:
    """Dependency: refuses parameters that would be ignored."""
    check_parameters(request, frozenset())


router = APIRouter(prefix="/api/rules", tags=["rules"], dependencies=[Depends(take_no_parameters)])


@router.get("")
def list_rules() -> list[RuleOut]:
    """Every rule with its thresholds, in the order of their codes."""
    return describe_all()


@router.get("/{code}")
def get_rule(code: str) -> RuleOut:
    """One rule; 404 where there is none of that code."""
    return describe_one(code)
