"""What a file may hold and JSON may not."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.texts import storable

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.integers(-(10**400), 10**400) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(VALUES)
def test_whatever_a_file_holds_can_be_written_as_json(value):
    kept = storable(value)
    assert orjson.loads(orjson.dumps(kept)) == kept


@pytest.mark.parametrize(
    ("number", "kept"), [(2**63 - 1, 2**63 - 1), (2**63, str(2**63)), (True, True)]
)
def test_integers_stay_numbers_as_far_as_json_goes(number, kept):
    assert storable(number) == kept


def test_an_integer_too_wide_for_python_to_write_out_is_kept():
    assert str(storable(10**5000)).startswith("0x")
