"""Which character encoding a text file is in.

Every encoding is tried on the whole of the text, never on a sample alone: one
wrong byte in row 900,000 must not surface halfway through an import.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from spatial.errors import UnreadableFile
from spatial.reader import Fault
from spatial.reading import fault, refuse

CHUNK_BYTES = 1 << 20
SAMPLE_BYTES = 64 << 10
LIKELY = ["cp1252", "iso8859_15", "cp850", "mac_roman", "cp1250"]
"""Single-byte encodings of Western and Central Europe, as spreadsheets write them."""
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SPARSE = 0.3
"""Share of NUL bytes above which text is UTF-16 without its mark (about half of it)."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """The codec to read with, and what the uploader should know of the choice."""

    codec: str
    notes: tuple[Fault, ...] = ()


def find_encoding(path: Path, given: str | None = None) -> Encoding:
    """Choose the encoding of a text file.

    In order: the one that was given, the byte order mark, UTF-8 where the whole
    file is UTF-8, else a guess that is reported.

    Raises
    ------
    UnreadableFile
        The encoding that was given does not exist or does not fit the file.
    """
    with path.open("rb") as stream:
        head = stream.read(4096)
    marked = next((codec for mark, codec in BOMS if head.startswith(mark)), None)
    if given is not None:
        return _given(path, given, marked)
    if marked is not None:
        return Encoding(marked)
    if head.count(0) > SPARSE * len(head):
        codec = "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
        return Encoding(codec, (fault("encoding-guessed", "warning", detail="UTF-16"),))
    broken = first_bad_byte(path, "utf-8")
    if broken is None:
        return Encoding("utf-8")
    codec = guess(non_ascii_sample(path))
    return Encoding(codec, (fault("encoding-guessed", "warning", detail=codec),))


def _given(path: Path, given: str, marked: str | None) -> Encoding:
    try:
        codec = codecs.lookup(given).name
        "".encode(codec)  # some codecs pack bytes and are no encoding of text
    except (LookupError, ValueError):
        refuse(UnreadableFile, f"There is no character encoding “{given}”. Try utf-8 or cp1252.")
    if codec == "utf-8":
        codec = marked or codec
    place = first_bad_byte(path, codec)
    if place is not None:
        refuse(
            UnreadableFile,
            f"The file is not in the encoding {given}: it goes wrong at byte {place}. "
            "Leave the encoding out to have it recognised, or name another.",
        )
    return Encoding(codec)


def first_bad_byte(path: Path, codec: str) -> int | None:
    """Byte where the file stops being in this encoding; ``None`` where it is all in it."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    read = 0
    with path.open("rb") as stream:
        while True:
            chunk = stream.read(CHUNK_BYTES)
            pending = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeError as wrong:
                return read - pending + getattr(wrong, "start", 0)
            if not chunk:
                return None
            read += len(chunk)


def non_ascii_sample(path: Path) -> bytes:
    """Lines with letters outside ASCII, up to 64 kB, from anywhere in the file."""
    lines: list[bytes] = []
    size = 0
    with path.open("rb") as stream:
        while size < SAMPLE_BYTES and (line := stream.readline(CHUNK_BYTES)):
            if not line.isascii():
                lines.append(line[:SAMPLE_BYTES])
                size += len(lines[-1])
    return b"".join(lines)[:SAMPLE_BYTES]


def guess(sample: bytes) -> str:
    """Guess a single-byte encoding from text with letters outside ASCII.

    Windows-1252 unless another of the likely ones reads clearly better; it is
    what Dutch and French spreadsheets write.

    >>> guess("Café à Besançon, près de l'école; Réfection de la chaussée".encode("cp1252"))
    'cp1252'
    """
    best = from_bytes(sample, cp_isolation=LIKELY).best()
    if best is None or best.encoding in {"cp1252", "latin_1", "iso8859_15"}:
        return _that_decodes(sample)
    plain = from_bytes(sample, cp_isolation=["cp1252"]).best()
    better = plain is None or best.chaos < plain.chaos
    return best.encoding if better else "cp1252"


def _that_decodes(sample: bytes) -> str:
    """Windows-1252, or Latin-1 where a byte has no meaning in it."""
    try:
        sample.decode("cp1252")
    except UnicodeDecodeError:
        return "latin_1"
    return "cp1252"
