"""Numbers no database holds and encodings that are none: told, never a fault of ours."""

import numpy as np
import pytest

from spatial.errors import UnreadableFile
from spatial.mapping.columns import LARGEST_AMOUNT, read_amount
from spatial.text_encoding import find_encoding


@pytest.mark.parametrize("odd", [10**400, -(10**400), 1e300, -1e13, float("inf"), np.nan, "1e400"])
def test_an_amount_out_of_reach_is_no_amount(odd):
    assert read_amount(odd) is None


def test_the_largest_amount_that_counts():
    assert read_amount(LARGEST_AMOUNT - 1) == LARGEST_AMOUNT - 1
    assert read_amount("999999 mln") == 999_999e6
    assert read_amount("1000000 mln") is None


@pytest.mark.parametrize("given", ["zlib_codec", "base64", "rot13", "a\0b", "klingon"])
def test_a_codec_that_is_no_encoding_of_text_is_refused(tmp_path, given):
    path = tmp_path / "a.csv"
    path.write_bytes(b"x;y\n1;2\n")
    with pytest.raises(UnreadableFile):
        find_encoding(path, given)
