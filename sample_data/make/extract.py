"""Cut the demo extract out of the Dutch national planning feed.

    python -m sample_data.make.extract ndw-planned.xml.gz sample_data/leiden-planned-works.xml.gz

The extract keeps the situations around Leiden exactly as published, in their
DATEX II form, with one exception: personal data have no place in a demo. So
comments that name people, telephone numbers or e-mail addresses, links to
attachments (their file names hold applicants and addresses) and house moves
are left out.
"""

from __future__ import annotations

import gzip
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

WEST, SOUTH, EAST, NORTH = 4.43, 52.125, 4.54, 52.19
SITUATION = "{http://datex2.eu/schema/3/situation}"
NAMESPACES = re.compile(rb' xmlns:\w+="[^"]+"')
HOUSE_MOVE = re.compile("verhui|inhuiz", re.IGNORECASE)
LOCATION = "{http://datex2.eu/schema/3/locationReferencing}"
PERSONAL = re.compile(r"@|contact|\b0\d[\d\s().-]{7,}|\+31|\bdhr\b|\bmevr|\btel\b", re.IGNORECASE)


def mean_position(situation: etree._Element) -> tuple[float, float] | None:
    """Mean longitude and latitude of all coordinates of a situation, in degrees."""
    latitudes = [float(e.text) for e in situation.iter(LOCATION + "latitude")]
    longitudes = [float(e.text) for e in situation.iter(LOCATION + "longitude")]
    for positions in situation.iter(LOCATION + "posList"):
        numbers = [float(n) for n in positions.text.split()]
        latitudes += numbers[0::2]
        longitudes += numbers[1::2]
    if not latitudes:
        return None
    return sum(longitudes) / len(longitudes), sum(latitudes) / len(latitudes)


def lies_in_leiden(situation: etree._Element) -> bool:
    """Whether a situation lies in the box of the extract."""
    position = mean_position(situation)
    return position is not None and (WEST <= position[0] <= EAST and SOUTH <= position[1] <= NORTH)


def is_house_move(situation: etree._Element) -> bool:
    """Whether a situation is a removal van at somebody's door."""
    return HOUSE_MOVE.search("".join(situation.itertext())) is not None


def without_personal_data(situation: etree._Element) -> bytes:
    """The situation as XML, without the comments that name people."""
    for link in list(situation.iter(SITUATION + "urlLink")):
        link.getparent().remove(link)
    for comment in list(situation.iter(SITUATION + "generalPublicComment")):
        if PERSONAL.search("".join(comment.itertext())):
            comment.getparent().remove(comment)
    xml = etree.tostring(situation, encoding="utf-8", with_tail=False)
    return NAMESPACES.sub(b"", xml)


def situations(feed: Path) -> Iterator[etree._Element]:
    """Each situation of the feed in turn, in constant memory."""
    with gzip.open(feed) as stream:
        for _, element in etree.iterparse(stream, tag=SITUATION + "situation"):
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


def head_of(feed: Path) -> bytes:
    """Everything before the first situation: container, publication, time."""
    with gzip.open(feed) as stream:
        return stream.read(65_536).split(b"<sit:situation ", 1)[0]


def main(source: str, target: str) -> None:
    """Write the extract; the same feed always gives the same bytes."""
    kept = [
        without_personal_data(s)
        for s in situations(Path(source))
        if lies_in_leiden(s) and not is_house_move(s)
    ]
    xml = head_of(Path(source)) + b"".join(kept) + b"</mc:payload></mc:messageContainer>\n"
    etree.fromstring(xml)
    Path(target).write_bytes(gzip.compress(xml, compresslevel=9, mtime=0))
    sys.stdout.write(f"{len(kept)} situations, {len(xml):,} bytes of XML\n")


if __name__ == "__main__":
    main(*sys.argv[1:3])
