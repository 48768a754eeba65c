"""What the codes of DATEX II and the phrases of Melvin mean in our words.

The Dutch feed is filled from Melvin, whose fixed phrases stand in the cause
("Herinrichting / onderhoud van, Weg, ...") and in the comments ("Weg dicht in
beide richtingen"). Only what a record says is turned into a term; where it
says nothing the term is None. Contact details of persons are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from spatial import words
from spatial.datex2_record import Record
from spatial.vocabulary import EXCAVATION, ROAD_IMPACT, Vocabulary

_FACILITY_BY_SUBJECT = {
    "bridge": "structure",
    "tunnel": "structure",
    "gantry": "structure",
    "gasMain": "gas",
    "waterMain": "water",
    "roadsideDrains": "sewer",
    "lightingSystem": "lighting",
    "road": "road",
    "roundabout": "road",
    "junction": "road",
}
_FACILITY_BY_TYPE = {
    "resurfacingWork": "road",
    "roadMarkingWork": "road",
    "roadWideningWork": "road",
    "roadworks": "road",
    "sweepingOfRoad": "road",
    "treeAndVegetationCuttingWork": "trees",
    "grassCuttingWork": "green",
}
_FACILITY_BY_THING = {"weg": "road", "brug": "structure", "tunnel": "structure"}
"""The second part of a cause: "Aanleg van, Brug, ..."."""
_NO_FACILITY = frozenset({"bouw/takel", "objecten in de openbare ruimte", "bouwactiviteiten"})
"""Cranes, containers and building sites beside the road say nothing of what is worked on."""
_CABLES = frozenset({"kabels / leidingen", "kabels en leidingen", "leggen van kabels en leidingen"})
"""Which cable or pipe it is may stand in the own words: "Kabels / Leidingen, , Warmtenet"."""
_ACTIVITY_BY_CAUSE = {
    "aanleg van": "new",
    "herinrichting / onderhoud van": "maintain",
    "sloopwerkzaamheden": "remove",
    "asfalteringswerkzaamheden": "renew",
    "asfaltering / wegverharding": "renew",
}
_ACTIVITY_BY_TYPE = {
    "constructionWork": "new",
    "roadWideningWork": "new",
    "resurfacingWork": "renew",
    "repairWork": "repair",
    "installationWork": "new",
    "roadMarkingWork": "maintain",
    "sweepingOfRoad": "maintain",
    "treeAndVegetationCuttingWork": "maintain",
    "grassCuttingWork": "maintain",
    "roadsideWork": "maintain",
}
_NO_DIGGING = frozenset(
    {
        "grassCuttingWork",
        "overheadWorks",
        "roadMarkingWork",
        "sweepingOfRoad",
        "treeAndVegetationCuttingWork",
    }
)
_IMPACT_BY_PHRASE = {
    "weg dicht in beide richtingen": "closed",
    "weg dicht in een richting": "one_direction_closed",
    "verminderd aantal rijstroken beschikbaar": "lane",
    "beperking voor langzaam verkeer": "cycleway",
    "parkeerverboden": "parking",
    "geen gevolgen voor verkeer": "none",
}
_NO_IMPACT_PHRASES = frozenset({"snelheidsbeperking", "geen", "verkeersbelemmering: algemeen -"})
_IMPACT_BY_LANES = {
    "roadClosed": "closed",
    "carriagewayClosures": "one_direction_closed",
    "laneClosures": "lane",
    "lanesDeviated": "lane",
    "narrowLanes": "carriageway_occupied",
}
_SLOW = frozenset({"bicycle", "moped"})
_ROAD_USERS = frozenset({"car", "anyVehicle"})

_CONTACT = re.compile(
    r"\b(?:contact(?:informatie|persoon|gegevens)?|telefoon(?:nummer)?)\b.*", re.IGNORECASE
)
_PHONE = re.compile(
    r"(?<![\d.:/-])(?:(?:\+31|0031)[ ()\d.-]{8,14}\d|0(?!\d-\d\d-\d{4})[1-9](?:[ -]?\d){8})(?!\d)"
)
LONGEST_WORDS = 300
_LONGEST_TITLE = 120
_NO_KIND = frozenset({"", "overig", "overige", "other"})
_TITLE_BY_TYPE = {
    "grassCuttingWork": "Maaien",
    "installationWork": "Plaatsing",
    "maintenanceWork": "Onderhoud",
    "overheadWorks": "Werk boven de weg",
    "repairWork": "Reparatie",
    "resurfacingWork": "Asfaltering",
    "roadMarkingWork": "Wegmarkering",
    "roadWideningWork": "Wegverbreding",
    "roadsideWork": "Werk in de berm",
    "sweepingOfRoad": "Vegen",
    "treeAndVegetationCuttingWork": "Kappen en snoeien",
}
_TITLE_BY_KIND = {
    "ConstructionWorks": "Bouwwerkzaamheden",
    "MaintenanceWorks": "Wegwerkzaamheden",
    "PublicEvent": "Evenement",
    "ReroutingManagement": "Omleiding",
}


def facility(record: Record) -> str | None:
    """What is worked on, from the cause, else the subject, else the type of works.

    >>> facility(Record("MaintenanceWorks", "1", 1, cause="Rioleringswerkzaamheden, , "))
    'sewer'
    """
    first, thing, own = _cause_parts(record)
    return (
        _FACILITY_BY_THING.get(thing.casefold())
        or (_found("facility", first) if first.casefold() not in _NO_FACILITY else None)
        or (_found("facility", own) if first.casefold() in _CABLES else None)
        or _FACILITY_BY_SUBJECT.get(record.codes.get("subjectTypeOfWorks", ""))
        or _FACILITY_BY_TYPE.get(works_type(record))
    )


def _found(vocabulary: str, text: str) -> str | None:
    return words.find(vocabulary, text[:LONGEST_WORDS]) if text else None


def activity(record: Record) -> str | None:
    """What is done to it; None for "maintenance work", which Melvin puts on everything."""
    if record.codes.get("urgentRoadworks") == "true" and works_type(record) == "repairWork":
        return "urgent_repair"
    first, _, _ = _cause_parts(record)
    return (
        _ACTIVITY_BY_CAUSE.get(first.casefold())
        or (_found("activity", first) if first.casefold() not in _NO_FACILITY else None)
        or _ACTIVITY_BY_TYPE.get(works_type(record))
    )


def excavation(record: Record) -> str | None:
    """Say "no excavation" of works that never open the ground, else None."""
    return _told(EXCAVATION, "none") if works_type(record) in _NO_DIGGING else None


def _told(vocabulary: Vocabulary, term: str) -> str:
    """The term as a file would say it; the bare word "none" is a way to leave a cell empty."""
    return vocabulary.title(term, "nl") if term == "none" else term


def works_type(record: Record) -> str:
    """The type of works in the words of the standard."""
    codes = record.codes
    return codes.get("roadMaintenanceType") or codes.get("constructionWorkType") or ""


def road_impact(record: Record, lanes: Iterable[Record]) -> str | None:
    """The heaviest hindrance that the works or the situation's lane records name.

    A closure for cyclists alone is a closure of the cycleway; one for lorries
    or buses alone is not counted.
    """
    found = {_IMPACT_BY_PHRASE.get(phrase) for phrase in _phrases(record)}
    found |= {_lane_impact(lane) for lane in lanes}
    known = [ROAD_IMPACT.code(term) for term in found if term is not None]
    return _told(ROAD_IMPACT, ROAD_IMPACT.ids[max(known)]) if known else None


def _lane_impact(lane: Record) -> str | None:
    impact = _IMPACT_BY_LANES.get(lane.codes.get("roadOrCarriagewayOrLaneManagementType", ""))
    if impact is None or not lane.vehicles or lane.vehicles & _ROAD_USERS:
        return impact
    return "cycleway" if lane.vehicles <= _SLOW else None


def _phrases(record: Record) -> set[str]:
    pieces = (piece for comment in record.comments for piece in re.split(r"[,\n]", comment))
    return {piece.strip().rstrip(".").casefold() for piece in pieces}


def _cause_parts(record: Record) -> tuple[str, str, str]:
    """Kind, thing and own words of "Aanleg van, Brug, A2VK - Civiel"; empty where absent."""
    pieces = [piece.strip() for piece in (record.cause or "").split(", ", 2)]
    pieces = [piece.strip(", ") for piece in pieces]
    first, thing, own = (*pieces, "", "", "")[:3]
    return first, thing, own


def title(record: Record) -> str:
    """A title: the project's name or first own words, else the cause, else the type of works."""
    first, thing, own = _cause_parts(record)
    named = [part for part in (first, thing) if part.casefold() not in _NO_KIND]
    kind = " ".join(named) or _TITLE_BY_TYPE.get(works_type(record), "")
    mine = (_without_persons(own) or _own_words(record)).strip(" |,;-")
    text = f"{kind}: {mine}" if kind and mine and kind.casefold() not in mine.casefold() else mine
    return _shortened(text or kind or _TITLE_BY_KIND.get(record.kind, record.kind))


def _own_words(record: Record) -> str:
    """The first line of a comment that is no fixed phrase; a named project first."""
    lines = [line.strip() for text in comments(record) for line in text.splitlines()]
    named = [line.removeprefix("Project:").strip() for line in lines if line.startswith("Project:")]
    own = [line for line in lines if not _is_fixed(line)]
    return next((line for line in (*named, *own) if line), "")


def _is_fixed(line: str) -> bool:
    plain = line.strip(" .-").casefold()
    return (
        plain in _IMPACT_BY_PHRASE
        or f"{plain} -" in _NO_IMPACT_PHRASES
        or plain in (_NO_IMPACT_PHRASES)
    )


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    if len(text) <= _LONGEST_TITLE:
        return text
    return text[: _LONGEST_TITLE - 1].rsplit(" ", 1)[0].rstrip(" ,;:-") + "…"


def comments(record: Record) -> list[str]:
    """The comments without contact details of persons, each once.

    >>> comments(Record("MaintenanceWorks", "1", 1, comments=["Contactinformatie: J. Jansen, 06"]))
    []
    """
    cleaned = (_without_persons(text) for text in record.comments)
    return list(dict.fromkeys(text for text in cleaned if text))


def _without_persons(text: str) -> str:
    kept = (_PHONE.sub("", _without_email(_CONTACT.sub("", line))) for line in text.splitlines())
    return "\n".join(line for line in (line.strip(" ,\t") for line in kept) if line)


def _without_email(line: str) -> str:
    """Without mail addresses; one that stands alone between commas takes name and firm with it."""
    kept: list[str] = []
    for piece in line.split(",") if "@" in line else [line]:
        if "@" not in piece:
            kept.append(piece)
            continue
        rest = " ".join(word for word in piece.split() if "@" not in word)
        if rest:
            kept.append(rest)
        else:
            kept = kept[: max(len(kept) - 2, 0)]
    return ",".join(kept)


def description(record: Record) -> str | None:
    """All comments, one below the other."""
    return "\n".join(comments(record)) or None
