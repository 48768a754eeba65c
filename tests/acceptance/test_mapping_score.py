"""Right, asked, wrong: the mapping on files it was never told about.

The truth of each data set was written down by hand in ``mappings/`` before the
matcher existed. A field counts as right where the proposed column is one a
person accepts, as asked where the mapping puts it to the uploader, as wrong
where another column was taken or a column was passed over in silence.
"""

import csv
import json
import os
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import shapely

from spatial.mapping import apply, propose
from spatial.mapping.candidates import ACCEPTED
from spatial.mapping.names import date_name, score_name
from spatial.names import join_spellings
from spatial.opening import open_file
from spatial.period import day
from spatial.reader import RawBatch, RawLayer, ReadOptions

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("KANSENKAART_SHARED", ROOT.parent / "shared")) / "data"
TRUTHS = sorted((Path(__file__).parent / "mappings").glob("*.json"))
DESCRIPTORS = sorted((DATA / "roadwork-server-samples").glob("[BFGU]*-*.json"))
SAMPLE = 1_000

pytestmark = pytest.mark.skipif(not DATA.exists(), reason="no shared data beside the repository")


def flat(values, prefix=""):
    for name, value in values.items():
        if isinstance(value, dict) and value and "coordinates" not in value:
            yield from flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def as_columns(rows):
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}


def read(truth):
    """The columns and geometry of a data set, as a reader gives them."""
    if "columns" in truth:
        columns = truth["columns"]
        count = len(next(iter(columns.values())))
        own = truth.get("geometry") == "own"
        return columns, [shapely.Point(4.5, 52.1)] * count if own else None
    path = DATA / truth["source"]
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix == ".csv":
        return as_columns(list(csv.DictReader(text.splitlines(), delimiter=";"))[:SAMPLE]), None
    told = json.loads(text)
    if "records" in truth:
        records = told.get("records", [told])
        return as_columns([dict(flat(r[truth["records"]])) for r in records]), None
    features = told["features"][:SAMPLE]
    columns = as_columns([dict(flat(f["properties"])) for f in features])
    if any("id" in f for f in features) and "id" not in columns:
        columns = {"id": [f.get("id") for f in features], **columns}
    return columns, [shapely.Point(4.5, 52.1) if f["geometry"] else None for f in features]


def proposed(columns, geometry):
    count = len(next(iter(columns.values())))
    shapes = None
    if geometry is not None:
        shapes = np.empty(count, dtype=object)
        shapes[:] = geometry
    batch = RawBatch(np.arange(1, count + 1), columns, shapes)
    layer = RawLayer("works", None, tuple(columns), iter([batch]))
    return propose(layer, batch)


def judge(mapping, fields):
    """Right, asked and wrong fields of one data set."""
    asked_fields = {q.field for q in mapping.asked}
    right, asked, wrong = [], [], []
    for field, accepted in fields.items():
        options = accepted if isinstance(accepted, list) else [accepted]
        column = mapping.column(field)
        if column in options and (column is not None or field not in asked_fields):
            right.append(field)
        elif column is None and field in asked_fields:
            asked.append(field)
        else:
            wrong.append(f"{field}: {column!r} instead of {options}")
    for field, match in mapping.matches.items():
        if field not in fields:
            wrong.append(f"{field}: {match.column!r} where nothing is right")
    asked.extend(sorted(asked_fields - set(fields) - set(mapping.matches)))
    return right, asked, wrong


def told(name, judged):
    right, asked, wrong = judged
    return (
        f"{name:32} right {len(right):2}  asked {len(asked):2} {asked}  wrong {len(wrong)} {wrong}"
    )


@pytest.mark.parametrize("path", TRUTHS, ids=lambda p: p.stem)
def test_no_column_is_taken_wrongly(path, capsys):
    truth = json.loads(path.read_text())
    judged = judge(proposed(*read(truth)), truth["fields"])
    with capsys.disabled():
        print(f"\n{told(path.stem, judged)}", end="")  # noqa: T201 - the score is the point
    assert not judged[2]


def test_paris_needs_no_mapping_file():
    """The works of Paris, 1,725 rows with the shape as text in a column, rows and dates checked one by one."""
    path = DATA / "paris-chantiers-a-paris-2024-03/chantiers-a-paris.csv"
    rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
    _, layers = open_file(path, ReadOptions(), path.name)
    (layer,) = layers
    batches = list(layer.batches)
    mapping = propose(layer, batches[0])
    assert mapping.asked == ()
    assert mapping.crs == "OGC:CRS84"
    mapped = [apply(mapping, batch, zone=ZoneInfo("Europe/Paris")) for batch in batches]
    assert sum(len(m) for m in mapped) == 1_725
    assert sum(g is not None for m in mapped for g in m.geometry) == 1_722
    names = [name for m in mapped for name in m.texts["organisation"]]
    assert len(set(join_spellings(names).values())) == 23
    assert [r for m in mapped for r in m.texts["reference"]] == [
        r["Référence Chantier"] for r in rows
    ]
    starts = [str(day(d)) for m in mapped for d in m.start]
    ends = [str(day(d - 1)) for m in mapped for d in m.end]
    assert starts == [r["Date début du chantier"] for r in rows]
    assert ends == [r["Date fin du chantier"] for r in rows]


# -- sixteen cities, after the descriptors of another project -----------------------------

FORMATS = {
    "yyyy-MM-dd": ("2022-03-01", "2022-03-17", "2022-04-02"),
    "dd/MM/yyyy": ("01/03/2022", "17/03/2022", "02/04/2022"),
    "yyyyMMdd": ("20220301", "20220317", "20220402"),
    "yyyyMMddHHmmss": ("20220301000000", "20220317000000", "20220402000000"),
    "dd.MM.yyyy HH:mm": ("01.03.2022 07:00", "17.03.2022 07:00", "02.04.2022 07:00"),
    "yyyy-MM-dd'T'HH:mm:ss'Z'": (
        "2022-03-01T07:00:00Z",
        "2022-03-17T07:00:00Z",
        "2022-04-02T07:00:00Z",
    ),
    "yyyy-MM-dd 00:00:00": ("2022-03-01 00:00:00", "2022-03-17 00:00:00", "2022-04-02 00:00:00"),
    "yyyy-MM-dd'T'HH:mm:ss.000": (
        "2022-03-01T07:00:00.000",
        "2022-03-17T07:00:00.000",
        "2022-04-02T07:00:00.000",
    ),
}


def member(path):
    """The column of a JSON path such as "@.fields.date_debut"."""
    name = path.removeprefix("@.")
    for outer in ("fields.", "properties."):
        name = name.removeprefix(outer)
    return name


def of_descriptor(told_of):
    """The columns that a city's descriptor names, filled in its date format, and their truth."""
    columns, truth = {}, {}
    for side, shift in (("from", 0), ("to", 1)):
        rule = told_of[side]
        name = member(rule["path"])
        if name in columns and rule["parsers"][0].get("matcher", ".*") == ".*":
            continue  # the descriptor of Berlin takes the start for the end
        form = rule["parsers"][0]["format"]
        days = FORMATS[form]
        if rule["parsers"][0].get("matcher", ".*") != ".*":
            columns[name] = [
                f"Du {a} au {b}" for a, b in zip(days, [*days[1:], days[2]], strict=True)
            ]
            truth["period"] = name
        else:
            columns[name] = [*days[shift:], *days[:shift]] if not shift else [*days[1:], days[2]]
            truth["start" if side == "from" else "end"] = name
    for key, cells in (
        ("id", ["a-1", "b-2", "c-3"]),
        ("road", ["Rue A", "Rue B", "Rue C"]),
        ("description", ["Pose de conduites d'eau", "Réfection de la chaussée", "Travaux"]),
    ):
        if told_of.get(key) and "geometry" not in told_of[key]:
            columns.setdefault(member(told_of[key]), cells)
    return columns, truth


@pytest.mark.parametrize("path", DESCRIPTORS, ids=lambda p: p.stem)
def test_start_and_end_of_sixteen_cities(path, capsys):
    descriptor = json.loads(path.read_text())
    columns, truth = of_descriptor(descriptor)
    count = len(next(iter(columns.values())))
    mapping = proposed(columns, [shapely.Point(2.3, 48.8)] * count)
    dates = {f: mapping.column(f) for f in ("start", "end", "period") if mapping.column(f)}
    asked = {q.field for q in mapping.asked}
    with capsys.disabled():
        print(f"\n{path.stem:32} {dates} asked {sorted(asked)}", end="")  # noqa: T201 - the score is the point
    for field, column in truth.items():
        assert dates.get(field) == column or (field in asked and field not in dates)
    assert set(dates) <= set(truth)


# -- the names that the data README lists ------------------------------------------------

CONCEPTS = {
    "reference": {"reference"},
    "title / place": {"title"},
    "description": {"description"},
    "organisation": {"organisation"},
    "type of works": {"facility", "activity"},
    "start": {"start"},
    "end": {"end"},
    "period in one column": {"period"},
    "status": {"planning_status"},
    "hindrance": {"road_impact"},
    "geometry as text": {"geometry", "x", "y"},
}
TWO_MEANINGS = {"objet", "duree"}
"""A description or a kind of work; a period or a duration: only the values can tell."""


def listed_names():
    """Every column name of section 7 with the field it stands for."""
    text = (DATA / "README.md").read_text(encoding="utf-8")
    for line in text.split("## 7.")[1].split("## 8.")[0].splitlines():
        concept, *cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        for name in re.split(r"[,/]", re.sub(r"\([^)]*\)", "", ",".join(cells))):
            if concept in CONCEPTS and name.strip(' "'):
                yield concept, name.strip(' "')


def test_no_listed_name_leads_to_another_field(capsys):
    right, asked, wrong = 0, 0, set()
    for concept, name in listed_names():
        scores = dict(score_name(name))
        side = date_name(name)
        if side is not None:
            scores[side.side] = side.confidence
        hit = max((scores.get(field, 0.0) for field in CONCEPTS[concept]), default=0.0)
        top = max(scores.values(), default=0.0)
        if hit >= ACCEPTED:
            right += 1
        elif top < ACCEPTED:
            asked += 1
        else:
            wrong.add(name)
    with capsys.disabled():
        print(f"\nlisted names: right {right}, unsure {asked}, wrong {sorted(wrong)}", end="")  # noqa: T201 - the score is the point
    assert wrong <= TWO_MEANINGS
    assert right > 300
