"""The character encoding of the attribute table (DBF) of a Shapefile.

Declared in a ``.cpg`` beside it, or by the language byte in its header; both
are often wrong or missing, so the text itself has the last word where it
cannot be in the encoding that was declared.
"""

from __future__ import annotations

import codecs
from pathlib import Path

from spatial.reader import Fault
from spatial.reading import fault
from spatial.text_encoding import guess

LANGUAGE_BYTE = 29
SAMPLE_BYTES = 4 << 20
LONGEST_CPG = 64
LANGUAGES = {
    0x01: "cp437",
    0x02: "cp850",
    0x03: "cp1252",
    0x08: "cp865",
    0x09: "cp437",
    0x0A: "cp850",
    0x0F: "cp437",
    0x10: "cp850",
    0x57: "cp1252",
    0x58: "cp1252",
    0x59: "cp1252",
    0x64: "cp852",
    0x65: "cp866",
    0x66: "cp865",
    0x6A: "cp737",
    0xC8: "cp1250",
    0xC9: "cp1251",
    0xCA: "cp1254",
    0xCB: "cp1253",
}
"""Language driver ids of dBASE as Esri documents them."""


def find_dbf_encoding(path: Path, layer: str) -> tuple[str, list[Fault]]:
    """Choose the encoding of a DBF; the notes tell what was chosen and why."""
    with path.open("rb") as stream:
        table = stream.read(SAMPLE_BYTES)
    language = table[LANGUAGE_BYTE : LANGUAGE_BYTE + 1]
    declared = _from_cpg(path) or LANGUAGES.get(int.from_bytes(language))
    text = _records(table)
    if text.isascii():
        return declared or "utf-8", []
    if declared and _decodes(text, declared):
        if declared == "utf-8" or not _decodes(text, "utf-8"):
            return declared, [fault("encoding-declared", "note", detail=declared, layer=layer)]
        return "utf-8", [fault("encoding-wrong", "warning", detail="utf-8", layer=layer)]
    chosen = "utf-8" if _decodes(text, "utf-8") else guess(text[: 64 << 10])
    code = "encoding-wrong" if declared else "encoding-guessed"
    return chosen, [fault(code, "warning", detail=chosen, layer=layer)]


def _from_cpg(path: Path) -> str | None:
    """The codec a ``.cpg`` names: "UTF-8", "1252", "ANSI 1252", "ISO88591"."""
    cpg = path.with_suffix(".cpg")
    if not cpg.is_file():
        return None
    name = cpg.read_bytes()[:LONGEST_CPG].decode("ascii", errors="replace").strip()
    word = name.split()[-1] if name.split() else ""
    for candidate in (word, f"cp{word}", word.replace("ISO88591", "ISO8859-1"), f"iso{word}"):
        try:
            return codecs.lookup(candidate).name
        except (LookupError, ValueError):
            continue
    return None


def _records(table: bytes) -> bytes:
    """The records of a table, without its header."""
    start = int.from_bytes(table[8:10], "little")
    return table[start:]


def _decodes(text: bytes, codec: str) -> bool:
    """Whether the text is in this encoding, but for a letter cut off at either end."""
    try:
        codecs.getincrementaldecoder(codec)("strict").decode(text, final=False)
    except UnicodeError:
        return False
    return True
