"""Small hand-made publications, one for each thing that the feed can hold."""

from __future__ import annotations

import gzip
import itertools
import subprocess
import sys
from datetime import UTC, datetime

import numpy as np
import pytest

from spatial.datex2_words import comments, title
from spatial.errors import FileTooLarge, LayerNotFound, UnknownFormat, UnreadableFile
from spatial.mapping import apply, propose
from spatial.reader import ReadOptions, readers
from spatial.readers.datex2 import READER

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<mc:messageContainer xmlns:mc="http://datex2.eu/schema/3/messageContainer"'
    ' xmlns:sit="http://datex2.eu/schema/3/situation" xmlns:com="http://datex2.eu/schema/3/common"'
    ' xmlns:loc="http://datex2.eu/schema/3/locationReferencing"'
    ' xmlns:nle="http://datex2.eu/schema/3/nlExtensions"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    '<mc:payload xsi:type="sit:SituationPublication" lang="nl">'
)
TAIL = "</mc:payload></mc:messageContainer>"
NUMBERS = itertools.count(1)
POINT = (
    '<sit:locationReference xsi:type="loc:PointLocation"><loc:pointByCoordinates><loc:pointCoordinates>'
    "<loc:latitude>52.16</loc:latitude><loc:longitude>4.49</loc:longitude>"
    "</loc:pointCoordinates></loc:pointByCoordinates></sit:locationReference>"
)


def line(points, srs="WGS 84", size=None):
    dimension = f' srsDimension="{size}"' if size else ""
    named = f' srsName="{srs}"' if srs else ""
    return (
        '<sit:locationReference xsi:type="loc:ItineraryByIndexedLocations">'
        '<loc:locationContainedInItinerary index="0"><loc:location xsi:type="loc:LinearLocation">'
        f"<loc:gmlLineString{named}{dimension}><loc:posList>{points}</loc:posList></loc:gmlLineString>"
        "</loc:location></loc:locationContainedInItinerary></sit:locationReference>"
    )


def validity(start="2026-10-19T05:00:00Z", end="2026-11-18T15:00:00Z", periods=()):
    spans = "".join(
        f"<com:validPeriod><com:startOfPeriod>{a}</com:startOfPeriod><com:endOfPeriod>{b}</com:endOfPeriod></com:validPeriod>"
        for a, b in periods
    )
    stop = f"<com:overallEndTime>{end}</com:overallEndTime>" if end else ""
    return (
        "<sit:validity><com:validityTimeSpecification>"
        f"<com:overallStartTime>{start}</com:overallStartTime>{stop}{spans}"
        "</com:validityTimeSpecification></sit:validity>"
    )


def text(element, value, lang="nl"):
    return f'<{element}><com:values><com:value lang="{lang}">{value}</com:value></com:values></{element}>'


def comment(value, lang="nl"):
    return (
        f"<sit:generalPublicComment>{text('sit:comment', value, lang)}</sit:generalPublicComment>"
    )


def cause(value):
    return f"<sit:cause>{text('sit:causeDescription', value)}<sit:causeType>roadMaintenance</sit:causeType></sit:cause>"


def source(name="Gemeente Leiden"):
    return f"<sit:source>{text('com:sourceName', name)}</sit:source>"


def record(kind, *inside, id_=None, when=None, place=POINT, who=None):
    name = id_ or f"R{next(NUMBERS)}"
    parts = (source() if who is None else who, validity() if when is None else when, *inside, place)
    return f'<sit:situationRecord xsi:type="sit:{kind}" id="{name}" version="1">{"".join(parts)}</sit:situationRecord>'


def situation(*records, id_=None):
    return f'<sit:situation id="{id_ or f"S{next(NUMBERS)}"}">{"".join(records)}</sit:situation>'


@pytest.fixture
def write(tmp_path):
    def write(*situations, name="feed.xml"):
        path = tmp_path / name
        data = (HEAD + "".join(situations) + TAIL).encode()
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return path

    return write


def read(path, **options):
    """Layers by name, each with its rows as dicts."""
    found = {}
    for layer in READER.read(path, ReadOptions(**options)):
        rows = []
        for batch in layer.batches:
            assert set(batch.columns) == set(layer.columns)
            for i in range(len(batch)):
                row = {name: values[i] for name, values in batch.columns.items()}
                rows.append({**row, "row": int(batch.row[i]), "geometry": batch.geometry[i]})
            rows[len(rows) - len(batch)]["faults"] = batch.faults if len(batch) else []
        found[layer.name] = (layer, rows)
    return found


def only(path):
    (row,) = read(path)["works"][1]
    return row


# What becomes of a situation


def test_a_situation_is_a_project_and_its_works_are_rows(write):
    path = write(
        situation(
            record("MaintenanceWorks", id_="A1"),
            record("RoadOrCarriagewayOrLaneManagement"),
            record("ConstructionWorks", id_="A3"),
            id_="A",
        ),
        situation(record("MaintenanceWorks", id_="B1"), id_="B"),
    )
    layer, rows = read(path)["works"]
    assert [(r["reference"], r["part"], r["row"]) for r in rows] == [
        ("A", "A3", 3),
        ("A", "A1", 1),
        ("B", "B1", 4),
    ]
    assert layer.kind == "works"
    assert layer.crs == "OGC:CRS84"


def test_events_are_constraints_and_reroutings_are_diversions(write):
    route = line("52.1 4.4 52.2 4.5").replace("sit:locationReference", "sit:alternativeRoute")
    path = write(
        situation(
            record("MaintenanceWorks"),
            record(
                "ReroutingManagement",
                text("sit:reroutingItineraryDescription", "Volg route A"),
                route,
                id_="D",
            ),
            id_="A",
        ),
        situation(
            record(
                "PublicEvent",
                cause("Kermis, "),
                "<sit:publicEventType>funfair</sit:publicEventType>",
                id_="E1",
            ),
            record("ReroutingManagement"),
            id_="E",
        ),
    )
    found = read(path)
    ((_, events), (_, diversions)) = found["constraints"], found["diversions"]
    assert [(e["reference"], e["situation"], e["kind"], e["title"]) for e in events] == [
        ("E1", "E", "event", "Kermis")
    ]
    assert [(d["reference"], d["part"], d["title"]) for d in diversions] == [
        ("A", "D", "Volg route A")
    ]
    assert diversions[0]["geometry"].wkt == "LINESTRING (4.4 52.1, 4.5 52.2)"
    assert found["works"][0].counts["ReroutingManagement without works"] == 1


def test_every_situation_and_record_is_counted_and_what_is_left_out_is_told(write):
    path = write(
        situation(record("MaintenanceWorks"), record("SpeedManagement")),
        situation(record("PublicEvent")),
        situation(
            record("RoadOrCarriagewayOrLaneManagement"), record("AbnormalTraffic"), id_="lost"
        ),
    )
    layer, _ = read(path)["works"]
    assert layer.counts == {
        "situations": 3,
        "situations with works": 1,
        "situations with events": 1,
        "situations with neither works nor events": 1,
        "MaintenanceWorks": 1,
        "SpeedManagement": 1,
        "PublicEvent": 1,
        "RoadOrCarriagewayOrLaneManagement": 1,
        "AbnormalTraffic": 1,
        "ReroutingManagement without works": 0,
    }
    (note,) = layer.notes
    assert (note.code, note.value, note.row) == ("situation-without-works", "lost", 4)


# The place


LANES = "RoadOrCarriagewayOrLaneManagement"


def test_a_work_takes_its_own_line_before_all_else(write):
    path = write(
        situation(
            record("MaintenanceWorks", place=line("52.1 4.4 52.2 4.5")),
            record(LANES, place=line("52.7 4.7 52.8 4.8")),
        )
    )
    assert only(path)["geometry"].wkt == "LINESTRING (4.4 52.1, 4.5 52.2)"


def test_else_the_lines_of_the_lane_records_each_once(write):
    path = write(
        situation(
            record("MaintenanceWorks"),
            record(LANES, place=line("52.7 4.7 52.8 4.8")),
            record(LANES, place=line("52.1 4.4 52.2 4.5 52.3 4.6")),
            record(LANES, place=line("52.8 4.8 52.7 4.7")),
            record("SpeedManagement", place=line("50 5 51 6")),
        )
    )
    assert (
        only(path)["geometry"].wkt
        == "MULTILINESTRING ((4.7 52.7, 4.8 52.8), (4.4 52.1, 4.5 52.2, 4.6 52.3))"
    )


def test_else_the_point(write):
    path = write(situation(record("MaintenanceWorks"), record(LANES)))
    assert only(path)["geometry"].wkt == "POINT (4.49 52.16)"


def test_and_without_any_coordinates_nothing(write):
    path = write(situation(record("MaintenanceWorks", place="")))
    assert only(path)["geometry"] is None


def test_many_works_with_and_without_lines_keep_their_own(write):
    path = write(
        *(
            situation(record("MaintenanceWorks", place=line(f"52 {k} 53 {k}") if k % 3 else POINT))
            for k in range(1, 30)
        )
    )
    for k, row in enumerate(read(path)["works"][1], start=1):
        assert row["geometry"].wkt == (
            f"LINESTRING ({k} 52, {k} 53)" if k % 3 else "POINT (4.49 52.16)"
        )


def test_an_area_is_a_polygon_with_its_holes(write):
    ring = "<loc:{0}><loc:posList>{1}</loc:posList></loc:{0}>"
    area = (
        '<sit:locationReference xsi:type="loc:AreaLocation"><loc:gmlMultiPolygon><loc:gmlPolygon>'
        + ring.format("exterior", "52 4 52 5 53 5 53 4 52 4")
        + ring.format("interior", "52.4 4.4 52.4 4.6 52.6 4.6 52.4 4.4")
        + "</loc:gmlPolygon></loc:gmlMultiPolygon></sit:locationReference>"
    )
    found = only(write(situation(record("MaintenanceWorks", place=area))))["geometry"]
    assert found.geom_type == "MultiPolygon"
    assert found.bounds == (4, 52, 5, 53)
    assert found.area == pytest.approx(1 - 0.02)


@pytest.mark.parametrize(
    ("srs", "size", "points"),
    [
        ("WGS 84", None, "52.1 4.4 52.2 4.5"),
        (None, None, "52.1 4.4 52.2 4.5"),
        ("EPSG:4326", None, "52.1 4.4 52.2 4.5"),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", None, "4.4 52.1 4.5 52.2"),
        ("WGS 84", 3, "52.1 4.4 1.0 52.2 4.5 1.5"),
        ("WGS 84", None, "\n 52.1\t4.4  52.2 4.5 \n"),
    ],
)
def test_latitude_first_unless_the_crs_says_otherwise(write, srs, size, points):
    path = write(situation(record("MaintenanceWorks", place=line(points, srs, size))))
    assert only(path)["geometry"].wkt == "LINESTRING (4.4 52.1, 4.5 52.2)"


def test_a_line_in_another_crs_is_brought_to_degrees(write):
    path = write(
        situation(
            record(
                "MaintenanceWorks", place=line("93663.229 463926.982 93763 463926", "EPSG:28992")
            )
        )
    )
    assert np.array(only(path)["geometry"].coords[0]) == pytest.approx((4.4908, 52.1601), abs=1e-7)


@pytest.mark.parametrize("points", ["52.1 4.4 52.2", "52.1 4,4 52.2 4.5", "north south"])
def test_coordinates_that_cannot_be_read_are_told_and_the_rest_is_kept(write, points):
    row = only(write(situation(record("MaintenanceWorks", place=line(points) + POINT))))
    assert row["geometry"].wkt == "POINT (4.49 52.16)"
    assert [(f.code, f.row) for f in row["faults"]] == [("value-unreadable", 1)]


def test_a_line_of_one_point_is_a_point(write):
    row = only(write(situation(record("MaintenanceWorks", place=line("52.1 4.4")))))
    assert row["geometry"].wkt == "POINT (4.4 52.1)"


# The time


def test_times_are_moments_with_their_zone(write):
    row = only(
        write(
            situation(
                record(
                    "MaintenanceWorks",
                    when=validity("2026-07-01T22:00:00Z", "2026-07-03T22:00:00.123456789Z"),
                )
            )
        )
    )
    assert row["start"] == datetime(2026, 7, 1, 22, tzinfo=UTC)
    assert row["end"].tzinfo is not None
    assert row["valid_periods"] == []


def test_several_valid_periods_stay_one_work_and_their_hull_is_its_period(write):
    periods = [
        ("2026-03-01T06:00:00Z", "2026-03-02T15:00:00Z"),
        ("2026-01-01T06:00:00Z", "2026-01-03T15:00:00Z"),
    ]
    row = only(
        write(
            situation(
                record(
                    "MaintenanceWorks",
                    when=validity("2025-01-01T00:00:00Z", "2027-01-01T00:00:00Z", periods),
                )
            )
        )
    )
    assert len(row["valid_periods"]) == 2
    assert row["start"] == datetime(2026, 1, 1, 6, tzinfo=UTC)
    assert row["end"] == datetime(2026, 3, 2, 15, tzinfo=UTC)


def test_a_work_without_end_has_none(write):
    assert (
        only(write(situation(record("MaintenanceWorks", when=validity(end=None)))))["end"] is None
    )


def test_a_time_that_cannot_be_read_is_told(write):
    row = only(write(situation(record("MaintenanceWorks", when=validity("next spring")))))
    assert row["start"] is None
    assert [f.code for f in row["faults"]] == ["value-unreadable"]


def test_the_mapping_turns_moments_into_local_days(write):
    from zoneinfo import ZoneInfo

    from spatial.period import NO_DAY, day

    path = write(
        situation(
            record(
                "MaintenanceWorks", when=validity("2026-07-01T22:00:00Z", "2026-07-03T22:00:00Z")
            )
        ),
        situation(
            record(
                "MaintenanceWorks", when=validity("2026-07-01T22:00:00Z", "2100-12-30T00:00:00Z")
            )
        ),
        situation(
            record(
                "MaintenanceWorks",
                when=validity(
                    periods=[
                        (f"2026-0{m}-01T22:00:00Z", f"2026-0{m}-03T22:00:00Z") for m in (5, 7, 9)
                    ]
                ),
            )
        ),
    )
    layer = next(iter(READER.read(path, ReadOptions())))
    batch = next(layer.batches)
    mapped = apply(propose(layer, batch), batch, zone=ZoneInfo("Europe/Amsterdam"))
    assert [str(day(d)) for d in mapped.start] == ["2026-07-02", "2026-07-02", "2026-05-02"]
    assert [str(day(d - 1)) for d in mapped.end[[0, 2]]] == ["2026-07-03", "2026-09-03"]
    assert "date-sentinel" in {f.code for f in mapped.faults}
    assert NO_DAY not in mapped.start
    assert np.diff(mapped.valid_periods.offsets).tolist() == [0, 0, 3]
    assert [str(day(d)) for d in mapped.valid_periods.starts] == [
        "2026-05-02",
        "2026-07-02",
        "2026-09-02",
    ]
    assert mapped.texts["organisation"].tolist() == ["Gemeente Leiden"] * 3


# The words


def work(*inside):
    return situation(record("MaintenanceWorks", *inside))


def kind_of_works(word):
    return f"<sit:roadMaintenanceType>{word}</sit:roadMaintenanceType>"


def subject(word):
    return f"<sit:subjects><sit:subjectTypeOfWorks>{word}</sit:subjectTypeOfWorks></sit:subjects>"


@pytest.mark.parametrize(
    ("inside", "facility", "activity"),
    [
        ((cause("Rioleringswerkzaamheden, , "),), "sewer", None),
        ((cause("Herinrichting / onderhoud van, Weg, Rapenburg"),), "road", "maintain"),
        ((cause("Aanleg van, Brug, A2VK"),), "structure", "new"),
        ((cause("Kabels / Leidingen, , Warmtenet Merenwijk"),), "heat", None),
        ((cause("Kabels / Leidingen, , "),), None, None),
        ((cause("Bouw/Takel, , "), kind_of_works("overheadWorks")), None, None),
        ((subject("bridge"), kind_of_works("maintenanceWork")), "structure", None),
        ((subject("waterMain"),), "water", None),
        ((kind_of_works("resurfacingWork"),), "road", "renew"),
        ((kind_of_works("treeAndVegetationCuttingWork"),), "trees", "maintain"),
        (
            (kind_of_works("repairWork"), "<sit:urgentRoadworks>true</sit:urgentRoadworks>"),
            None,
            "urgent_repair",
        ),
        ((kind_of_works("maintenanceWork"),), None, None),
        ((), None, None),
    ],
)
def test_facility_and_activity_only_where_the_record_says_so(write, inside, facility, activity):
    row = only(write(work(*inside)))
    assert (row["facility"], row["activity"]) == (facility, activity)


@pytest.mark.parametrize(
    ("works", "lanes", "impact"),
    [
        (comment("Weg dicht in beide richtingen"), "", "closed"),
        (comment("Weg dicht in een richting"), "", "one_direction_closed"),
        (comment("Kraanwerk,Weg dicht in beide richtingen"), "", "closed"),
        (comment("Geen gevolgen voor verkeer"), "", "geen"),
        (comment("Snelheidsbeperking"), "", None),
        ("", "roadClosed", "closed"),
        ("", "carriagewayClosures", "one_direction_closed"),
        ("", "carriagewayClosures bicycle", "cycleway"),
        ("", "carriagewayClosures lorry", None),
        ("", "roadClosed bicycle car", "closed"),
        ("", "laneClosures", "lane"),
        ("", "useOfSpecifiedLanesOrCarriagewaysAllowed", None),
        (comment("Beperking voor langzaam verkeer"), "laneClosures", "lane"),
        (comment("Weg dicht in beide richtingen"), "laneClosures", "closed"),
    ],
)
def test_the_heaviest_hindrance_that_is_named(write, works, lanes, impact):
    measure, *vehicles = lanes.split() or [""]
    names = "".join(f"<com:vehicleType>{v}</com:vehicleType>" for v in vehicles)
    measures = (
        f"<sit:{LANES[0].lower()}{LANES[1:]}Type>{measure}</sit:{LANES[0].lower()}{LANES[1:]}Type>"
    )
    characteristics = (
        f"<sit:forVehiclesWithCharacteristicsOf>{names}</sit:forVehiclesWithCharacteristicsOf>"
    )
    path = write(
        situation(record("MaintenanceWorks", works), record(LANES, measures, characteristics))
    )
    assert only(path)["road_impact"] == impact


def test_the_dutch_extension_and_the_raw_words_are_kept(write):
    extension = (
        "<sit:_roadworksExtension><sit:roadworksExtension><nle:roadworkHindrance>"
        "<nle:roadworkHindranceCategory>hindranceCategoryB</nle:roadworkHindranceCategory></nle:roadworkHindrance>"
        "<nle:roadworkPlanningStatus><nle:roadworkStatus>final</nle:roadworkStatus></nle:roadworkPlanningStatus>"
        "</sit:roadworksExtension></sit:_roadworksExtension>"
    )
    row = only(
        write(
            work(
                cause("Aanleg van, Weg, "),
                kind_of_works("maintenanceWork"),
                subject("road"),
                extension,
            )
        )
    )
    assert row["planning_status"] == "final"
    assert row["hindrance_category"] == "hindranceCategoryB"
    assert (row["works_type"], row["subject"]) == ("maintenanceWork", "road")
    assert row["cause"].startswith("Aanleg van, Weg")
    assert row["organisation"] == "Gemeente Leiden"


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (
            (cause("Herinrichting / onderhoud van, Weg, Rapenburg fase 2"),),
            "Herinrichting / onderhoud van Weg: Rapenburg fase 2",
        ),
        (
            (cause("Overig, , "), comment("In- en uitrit werkverkeer.")),
            "In- en uitrit werkverkeer.",
        ),
        (
            (comment("Weg dicht in beide richtingen"), comment("Project: A12 Poort van Bunnik")),
            "A12 Poort van Bunnik",
        ),
        ((kind_of_works("resurfacingWork"),), "Asfaltering"),
        ((), "Wegwerkzaamheden"),
        ((comment("x" * 70 + " " + "y" * 70),), "x" * 70 + "…"),
    ],
)
def test_a_title_from_what_the_record_says(write, inside, expected):
    assert only(write(work(*inside)))["title"] == expected


def test_the_dutch_text_is_taken_where_there_are_several(write):
    both = (
        "<sit:generalPublicComment><sit:comment><com:values>"
        '<com:value lang="en">Bridge closed</com:value><com:value lang="nl">Brug dicht</com:value>'
        "</com:values></sit:comment></sit:generalPublicComment>"
    )
    assert only(write(work(both)))["description"] == "Brug dicht"
    assert only(write(work(comment("Bridge closed", "en"))))["description"] == "Bridge closed"


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("Vragen via info@leiden.nl stellen", ["Vragen via stellen"]),
        ("Contactinformatie: J. Jansen, Bouw BV, j@bouw.nl", []),
        ("Werk aan het riool\nContactpersoon: H. Kuiper 06-14989176", ["Werk aan het riool"]),
        ("Weg dicht,Jan de Vries, Vries BV, jan@vries.nl", ["Weg dicht"]),
        ("Vragen? Bel 071-5165165.", ["Vragen? Bel ."]),
        ("Bel +31 6 12345678 bij storing", ["Bel  bij storing"]),
        (
            "Van 01-02-2026 08:00 tot 03-02-2026 17:00",
            ["Van 01-02-2026 08:00 tot 03-02-2026 17:00"],
        ),
        ("Zaaknummer 2026-0012345", ["Zaaknummer 2026-0012345"]),
    ],
)
def test_contact_details_of_persons_are_left_out(told, kept):
    from spatial.datex2_record import Record

    assert comments(Record("MaintenanceWorks", "1", 1, comments=[told])) == kept
    assert "@" not in title(Record("MaintenanceWorks", "1", 1, comments=[told]))


@pytest.mark.parametrize(
    "endless", ["x" * 200_000, "0" * 200_000, "a," * 100_000, "a@" * 100_000, "contact " * 30_000]
)
def test_a_text_without_end_takes_no_time(endless):
    import time

    from spatial.datex2_record import Record

    began = time.process_time()
    long = Record("MaintenanceWorks", "1", 1, cause=endless, comments=[endless])
    assert len(title(long)) <= 120
    comments(long)
    assert time.process_time() - began < 2  # quadratic took minutes


# The file


@pytest.mark.parametrize("name", ["feed.xml", "feed.xml.gz"])
def test_the_content_is_recognised_packed_or_not(write, name):
    path = write(work(), name=name)
    assert READER.recognises(path, path.read_bytes()[:4096])
    assert [r.name for r in readers() if r.recognises(path, path.read_bytes()[:4096])] == ["datex2"]
    assert len(read(path)["works"][1]) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"id;name\n1;x\n",
        b'{"type": "FeatureCollection"}',
        b"<gml:FeatureCollection/>",
        b"\x1f\x8bnonsense",
        b"PK\x03\x04",
    ],
)
def test_other_content_is_not_recognised(tmp_path, content):
    path = tmp_path / "feed.xml"
    path.write_bytes(content)
    assert not READER.recognises(path, content)


def test_batches_hold_as_many_rows_as_asked(write):
    path = write(*(work() for _ in range(7)))
    layer = next(iter(READER.read(path, ReadOptions(batch_rows=3))))
    assert [len(batch) for batch in layer.batches] == [3, 3, 1]


def test_one_layer_can_be_read_alone(write):
    path = write(work(), situation(record("PublicEvent")))
    found = read(path, layer="constraints")
    assert list(found) == ["constraints"]
    assert len(found["constraints"][1]) == 1
    with pytest.raises(LayerNotFound):
        read(path, layer="roads")


def test_layers_may_be_listed_before_they_are_read(write):
    path = write(work(), situation(record("PublicEvent")))
    layers = list(READER.read(path, ReadOptions()))
    assert [sum(len(b) for b in layer.batches) for layer in reversed(layers)] == [0, 1, 1]


def test_progress_ends_at_one(write):
    told = []
    path = write(*(work(comment("x" * 20_000)) for _ in range(30)), name="feed.xml.gz")
    read(path, on_progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


def refused(path, kind, match, **options):
    with pytest.raises(kind, match=match):
        read(path, **options)


def test_xml_that_is_cut_off_is_refused(write):
    path = write(work(), work())
    path.write_bytes(path.read_bytes()[:-200])
    refused(path, UnreadableFile, "not well formed")


def test_a_gzip_that_is_cut_off_or_damaged_is_refused(write):
    path = write(*(work() for _ in range(50)), name="feed.xml.gz")
    whole = path.read_bytes()
    path.write_bytes(whole[:-30])
    refused(path, UnreadableFile, "gzip")
    path.write_bytes(whole[:-60] + bytes(52) + whole[-8:])
    refused(path, UnreadableFile, "gzip|well formed")


def test_a_gzip_bomb_stops_at_the_limit(tmp_path):
    path = tmp_path / "bomb.xml.gz"
    with gzip.open(path, "wb") as bomb:
        bomb.write(HEAD.encode())
        for _ in range(64):
            bomb.write(b" " * 1_000_000)
    refused(path, FileTooLarge, "5,000,000", max_unpacked_bytes=5_000_000)


LAUGHS = "".join(f'<!ENTITY l{k} "{f"&l{k - 1};" * 10}">' for k in range(1, 12))


@pytest.mark.parametrize(
    "doctype",
    [
        f'<!DOCTYPE lolz [<!ENTITY l0 "ha">{LAUGHS}]>',
        '<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]>',
        '<!doctype x SYSTEM "http://example.org/x.dtd">',
        "<!-- " + "x" * 70_000 + ' --><!DOCTYPE x [<!ENTITY l0 "ha">]>',
    ],
    ids=["billion laughs", "file", "network", "behind a long comment"],
)
def test_a_document_type_definition_is_refused(write, doctype):
    path = write(work(comment("&l11;" if "l11" in doctype else "ok")))
    path.write_text(path.read_text().replace("?>", "?>" + doctype, 1))
    refused(path, UnreadableFile, "DOCTYPE|not well formed")


def test_version_two_is_named(tmp_path):
    path = tmp_path / "feed.xml"
    path.write_text(
        '<d2LogicalModel xmlns="http://datex2.eu/schema/2/2_0"><payloadPublication/></d2LogicalModel>'
    )
    assert READER.recognises(path, path.read_bytes())
    refused(path, UnknownFormat, "version 2")


def test_a_publication_without_situations_is_named(write):
    refused(write(), UnknownFormat, "no situations")


def test_memory_does_not_grow_with_the_file(tmp_path):
    """Ten times the situations take no more memory: measured in a process of its own."""
    script = (
        "import sys; from pathlib import Path;"
        "from spatial.reader import ReadOptions; from spatial.readers.datex2 import READER;"
        "[sum(len(b) for b in l.batches) for l in READER.read(Path(sys.argv[1]), ReadOptions(batch_rows=100))];"
        "print(*(w.split()[1] for w in open('/proc/self/status') if w.startswith('VmHWM')))"
    )
    peaks = []
    for count in (200, 8_000):
        path = tmp_path / f"{count}.xml"
        one = work(comment("Weg dicht " * 100))
        path.write_text(
            HEAD + "".join(one.replace('id="', f'id="{k}-') for k in range(count)) + TAIL
        )
        done = subprocess.run(
            [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True
        )
        peaks.append(int(done.stdout))
    assert path.stat().st_size > 12_000_000
    assert peaks[1] - peaks[0] < 10_000  # kB
