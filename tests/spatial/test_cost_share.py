"""Dividing a saving: all of it, alike for those who are alike, nothing for who adds nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spatial.cost_share import MOST_PARTIES, Link, coalition_saving, proportional, shapley
from spatial.nuisance import LANES, Hindrance, index

PARTIES = "abcdefgh"


@st.composite
def games(draw):
    n = draw(st.integers(2, 6))
    works = {party: [party + "1"] for party in PARTIES[:n]}
    pairs = [(p, q) for p in works for q in works if p < q]
    links = [
        Link(p + "1", q + "1", float(draw(st.integers(0, 100))))
        for p, q in draw(st.lists(st.sampled_from(pairs), unique=True))
    ]
    closures = {p + "1": float(draw(st.integers(0, 30))) for p in works if draw(st.booleans())}
    return works, links, closures


@given(games())
def test_shapley_divides_all_and_gives_nobody_less_than_nothing(game):
    works, links, closures = game
    saves = coalition_saving(works, links, closures, 10.0)
    found = shapley([*works], saves)
    assert sum(found.values()) == pytest.approx(saves(frozenset(works)))
    assert all(share >= -1e-9 for share in found.values())
    for party in works:
        lonely = not any(party + "1" in link[:2] and link.eur for link in links)
        if lonely and party + "1" not in closures:
            assert found[party] == pytest.approx(0.0)


@given(games())
def test_the_order_of_parties_does_not_matter(game):
    works, links, closures = game
    saves = coalition_saving(works, links, closures, 10.0)
    one, other = shapley([*works], saves), shapley([*works][::-1], saves)
    assert {p: round(v, 6) for p, v in one.items()} == {p: round(v, 6) for p, v in other.items()}


def test_too_many_parties_get_no_shapley():
    nobody = lambda coalition: 0.0  # noqa: E731, ARG005 -- a game without a saving
    assert shapley("abcdefghi", nobody) is None
    assert len("abcdefghi") == MOST_PARTIES + 1


@given(st.dictionaries(st.text(min_size=1), st.floats(0, 1e6), min_size=1), st.floats(0, 1e6))
def test_in_proportion_all_is_divided(alone, saving):
    assert sum(proportional(alone, saving).values()) == pytest.approx(saving)


@pytest.mark.parametrize(("days", "value"), [(13, 4.0), (14, 4.2), (90, 4.2), (91, 4.4)])
def test_classes_of_duration(days, value):
    assert index(Hindrance(days, 5.0, "closed", 5.0)) == value


@given(st.integers(1, 900), st.floats(0, 5), st.sampled_from(sorted(LANES)), st.floats(0, 900))
def test_the_index_stays_on_its_scale(days, road, impact, length_m):
    for step in (-1.0, 0.0, 1.0):
        assert 0 <= index(Hindrance(days, road, impact, length_m), step) <= 5
