"""How two works that share no day could come together (O02, O04).

The earlier work may end later, the later may start earlier, each as far as its
window allows; together they must cover the days between them and the shorter
of the two durations, so that the shorter can run wholly inside the longer.
A work with several valid periods moves as a whole; gap and joint slot are
those of the two nearest periods.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from spatial.facts import Facts
from spatial.work import Flags, Floats, Ints, Keys


class Slot(NamedTuple):
    """The joint slot of some rows, as half-open days, and who moves by how much to reach it.

    ``earlier`` and ``later`` are positions of works, ``need_days`` the sum of
    both shifts.
    """

    earlier: Keys
    later: Keys
    start: Ints
    end: Ints
    need_days: Ints
    shift_a_days: Ints
    shift_b_days: Ints

    def measures(self) -> dict[str, Floats]:
        """The shifts as measures of a finding."""
        return {
            "shift_days": self.need_days.astype(np.float64),
            "shift_a_days": self.shift_a_days.astype(np.float64),
            "shift_b_days": self.shift_b_days.astype(np.float64),
        }


def roles(facts: Facts, row: Keys) -> tuple[Keys, Keys]:
    """The earlier and the later work: by the two nearest periods."""
    in_order = facts.time.first_end[row] <= facts.time.second_start[row]
    first, second = facts.first[row], facts.second[row]
    return np.where(in_order, first, second), np.where(in_order, second, first)


def facing(facts: Facts, row: Keys) -> tuple[Ints, Ints]:
    """End of the earlier and start of the later of the two nearest periods."""
    time = facts.time
    in_order = time.first_end[row] <= time.second_start[row]
    end = np.where(in_order, time.first_end[row], time.second_end[row])
    start = np.where(in_order, time.second_start[row], time.first_start[row])
    return end, start


def windows_suffice(facts: Facts, rows: Flags) -> Flags:
    """Which of the rows, of works that share no day, have a joint slot."""
    at = np.flatnonzero(rows)
    found = np.zeros(len(facts), dtype=np.bool_)
    slack_a, slack_b, need = _room(facts, at, *roles(facts, at))
    found[at] = slack_a.astype(np.int64) + slack_b >= need
    return found


def joint_slot(facts: Facts, row: Keys) -> Slot:
    """The slot of rows whose windows suffice; both move in proportion to their slack."""
    earlier, later = roles(facts, row)
    slack_a, slack_b, need = _room(facts, row, earlier, later)
    shift_a, shift_b = shifts(slack_a, slack_b, need)
    a_end, b_start = facing(facts, row)
    return Slot(
        earlier,
        later,
        (b_start - shift_b).astype(np.int32),
        (a_end + shift_a).astype(np.int32),
        need,
        shift_a,
        shift_b,
    )


def _room(facts: Facts, row: Keys, earlier: Keys, later: Keys) -> tuple[Ints, Ints, Ints]:
    """Slack of the earlier (to end later), of the later (to start earlier), and the need."""
    traits = facts.subject.traits
    shorter = np.minimum(traits.duration_days[earlier], traits.duration_days[later])
    return (
        traits.slack_after[earlier],
        traits.slack_before[later],
        facts.time.gap_days[row] + shorter,
    )


def shifts(slack_a: Ints, slack_b: Ints, need: Ints) -> tuple[Ints, Ints]:
    """Divide the need in proportion to the slack: whole days, the remainder to B.

    Needs that the slacks together can meet. A negative slack (a given window
    that is narrower than the period) moves nothing.

    >>> [x.tolist() for x in shifts(*(np.array([v]) for v in (100, 50, 100)))]
    [[66], [34]]
    """
    a, b = (np.maximum(s, 0).astype(np.int64) for s in (slack_a, slack_b))
    shift_a = need * a // np.maximum(a + b, 1)
    return shift_a.astype(np.int32), (need - shift_a).astype(np.int32)
