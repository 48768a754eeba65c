"""Originals are kept once, whole or not at all."""

from __future__ import annotations

import hashlib
import io

import pytest

from app.files import place, store
from app.uploads.receive import clean_name
from spatial.errors import FileTooLarge


def test_a_file_is_kept_by_its_digest(tmp_path):
    content = b"plannen" * 1000
    kept = store(tmp_path, io.BytesIO(content), max_bytes=10_000)
    assert kept.digest == hashlib.sha256(content).hexdigest()
    assert kept.size_bytes == 7000
    assert place(tmp_path, kept.digest).read_bytes() == content


def test_the_same_content_is_kept_once(tmp_path):
    for _ in range(2):
        store(tmp_path, io.BytesIO(b"x"), max_bytes=10)
    assert sum(p.is_file() for p in tmp_path.rglob("*")) == 1


def test_a_file_over_the_limit_leaves_nothing(tmp_path):
    with pytest.raises(FileTooLarge, match="larger than"):
        store(tmp_path, io.BytesIO(b"x" * 11), max_bytes=10)
    assert not any(p.is_file() for p in tmp_path.rglob("*"))


def test_a_stream_that_breaks_leaves_nothing(tmp_path):
    class Broken:
        def __init__(self):
            self.times = 0

        def read(self, _size):
            self.times += 1
            if self.times > 1:
                msg = "gone"
                raise ConnectionError(msg)
            return b"x"

    with pytest.raises(ConnectionError):
        store(tmp_path, Broken(), max_bytes=10)
    assert not any(p.is_file() for p in tmp_path.rglob("*"))


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "C:\\etc\\passwd", "a\x00/passwd"]
)
def test_a_name_keeps_no_folder(name):
    assert clean_name(name) == "passwd"
