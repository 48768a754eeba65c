"""Default durations of works whose period says only when within.

A plan for "2028" says in which year, not for how long. Values are our own
defaults [D] (domain.md section 4), in days, keyed by facility.
"""

from __future__ import annotations

from types import MappingProxyType

DEFAULT_DURATION_DAYS = MappingProxyType(
    {
        "sewer": 120,
        "water": 60,
        "electricity": 60,
        "gas": 60,
        "heat": 120,
        "telecom": 30,
        "lighting": 30,
        "road": 60,
        "paving": 60,
        "green": 60,
        "trees": 30,
        "water_management": 120,
        "structure": 180,
        "housing": 365,
        "development": 730,
        "public_space": 120,
        "unknown": 60,
    }
)
