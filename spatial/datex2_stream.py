"""The situations of a DATEX II file, one at a time and in constant memory."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Callable, Iterator
from io import BufferedReader
from pathlib import Path

from lxml import etree

from spatial.errors import FileTooLarge, UnknownFormat, UnreadableFile

GZIP_MAGIC = b"\x1f\x8b"
V3 = b"datex2.eu/schema/3/"
V2 = b"datex2.eu/schema/2/"
_ROOT = re.compile(rb"<\s*(?:[\w.-]+:)?(?:messageContainer|payload|d2LogicalModel)\b")
_DOCTYPE = re.compile(rb"<!DOCTYPE", re.IGNORECASE)
Situation = etree._Element  # noqa: SLF001  # lxml has no public name for the type of an element


def is_datex2(head: bytes) -> bool:
    """Whether a file with these first bytes, packed with gzip or not, is DATEX II.

    >>> is_datex2(b'<mc:messageContainer xmlns:mc="http://datex2.eu/schema/3/messageContainer">')
    True
    """
    text = _unpacked(head)
    return bool(_ROOT.search(text)) and (V3 in text or V2 in text)


def _unpacked(head: bytes) -> bytes:
    """The beginning of what a gzip holds; the bytes themselves where it is none."""
    if head.startswith(GZIP_MAGIC):
        try:
            head = zlib.decompressobj(wbits=31).decompress(head, 65_536)
        except zlib.error:
            return b""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", errors="ignore").encode()
    return head


class _Source:
    """A stream that counts what it hands out and says how far it is."""

    def __init__(
        self, path: Path, max_bytes: int, on_progress: Callable[[float], None] | None
    ) -> None:
        self.file = path.open("rb")
        self.size = max(1, path.stat().st_size)
        packed = self.file.peek(2)[:2] == GZIP_MAGIC
        self.stream: gzip.GzipFile | BufferedReader = (
            gzip.GzipFile(fileobj=self.file) if packed else self.file
        )
        self.left = max_bytes
        self.max_bytes = max_bytes
        self.on_progress = on_progress
        self.told = 0.0

    def read(self, count: int = -1) -> bytes:
        data = self.stream.read(count)
        self.left -= len(data)
        if self.left < 0:
            msg = (
                f"The file unpacks to more than {self.max_bytes:,} bytes, the limit of this"
                " service. Deliver it in parts, or ask for a higher limit."
            )
            raise FileTooLarge(msg)
        self._tell()
        return data

    def _tell(self) -> None:
        done = self.file.tell() / self.size
        if self.on_progress is not None and (done - self.told >= 0.01 or done == 1):  # noqa: PLR2004  # a percent
            self.told = done
            self.on_progress(min(1.0, done))


def situations(
    path: Path, max_bytes: int, on_progress: Callable[[float], None] | None = None
) -> Iterator[Situation]:
    """The ``situation`` elements of a file (``.xml`` or ``.xml.gz``), in file order.

    An element is only good until the next one is asked for: it is emptied then,
    so that memory does not grow with the file. Entities are not resolved,
    nothing is fetched, and a document type definition is refused.

    Raises
    ------
    UnreadableFile
        The XML is not well formed, the gzip is damaged or cut off, or there is
        a document type definition.
    UnknownFormat
        The file is DATEX II, but version 2, or not a SituationPublication.
    FileTooLarge
        It unpacks to more than ``max_bytes``.
    """
    _check_head(path)
    source = _Source(path, max_bytes, on_progress)
    try:
        yield from _situations(source)
    except etree.XMLSyntaxError as error:
        msg = (
            f"The XML is not well formed: {error.msg}. The file may have been cut off; fetch it"
            " again and deliver it once more."
        )
        raise UnreadableFile(msg) from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        msg = f"The gzip is damaged or cut off ({error}). Fetch the file again."
        raise UnreadableFile(msg) from error
    finally:
        source.file.close()


def _check_head(path: Path) -> None:
    with path.open("rb") as file:
        head = _unpacked(file.read(65_536))
    if _DOCTYPE.search(head):
        msg = "The file has a document type definition (DOCTYPE), which DATEX II never has."
        raise UnreadableFile(msg)
    if V2 in head and V3 not in head:
        msg = "This is DATEX II version 2. Ask the source for version 3 of the publication."
        raise UnknownFormat(msg)


def _situations(source: _Source) -> Iterator[Situation]:
    found = 0
    context = etree.iterparse(
        source,
        events=("end",),
        tag="{*}situation",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    for _, situation in context:
        if found == 0:
            _check_document(situation)
        found += 1
        yield situation
        situation.clear()
        while (before := situation.getprevious()) is not None:
            parent = before.getparent()
            assert parent is not None
            parent.remove(before)
    if found == 0:
        _check_document(context.root)
        msg = "The DATEX II file holds no situations, so there are no works in it."
        raise UnknownFormat(msg)


def _check_document(element: Situation) -> None:
    if element.getroottree().docinfo.internalDTD is not None:
        msg = "The file has a document type definition (DOCTYPE), which DATEX II never has."
        raise UnreadableFile(msg)


__all__ = ["Situation", "is_datex2", "situations"]
