from __future__ import annotations

import datetime as dt
import zipfile

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spatial.errors import EmptyFile, FileTooLarge, LayerNotFound, UnreadableFile
from spatial.reader import ReadOptions
from spatial.readers import workbook
from spatial.readers.workbook import READER


@pytest.fixture
def read(tmp_path):
    def reading(sheets, **options):
        path = tmp_path / "werken.xlsx"
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        book.save(path)
        return [(layer, list(layer.batches)) for layer in READER.read(path, ReadOptions(**options))]

    return reading


# Excel knows no time zones.
EXCEL_TIMES = (dt.datetime(1950, 1, 1), dt.datetime(2100, 1, 1))  # noqa: DTZ001


def everything(path):
    return [batch for layer in READER.read(path, ReadOptions()) for batch in layer.batches]


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**9), 10**9),
    st.floats(-1e6, 1e6, allow_nan=False).map(lambda v: round(v, 3)),
    st.text(st.characters(codec="ascii", categories=["L", "N", "Zs"]), min_size=1, max_size=9)
    .map(str.strip)
    .filter(bool),
    st.dates(dt.date(1950, 1, 1), dt.date(2100, 1, 1)),
    st.datetimes(*EXCEL_TIMES).map(lambda t: t.replace(microsecond=0)),
)


def as_read(value):
    midnight = isinstance(value, dt.datetime) and value.time() == dt.time()
    return value.date() if midnight else value


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None
)
@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=9), st.integers(1, 4))
def test_what_is_written_is_read(read, rows, batch_rows):
    if not any(cell is not None for row in rows for cell in row):
        return
    got = read({"werken": [["ref", "naam", "start"], *rows]}, batch_rows=batch_rows)
    ((layer, batches),) = got
    assert layer.columns == ("ref", "naam", "start")
    filled = [(i, r) for i, r in enumerate(rows, start=2) if any(c is not None for c in r)]
    assert [n for b in batches for n in b.row] == [i for i, _ in filled]
    for position, name in enumerate(layer.columns):
        values = [v for b in batches for v in b.columns[name]]
        assert values == [as_read(r[position]) for _, r in filled]


def test_sheets_are_layers_and_those_without_a_table_are_passed_over(read):
    table = [["id", "naam"], [1, "riool"]]
    sheets = {
        "toelichting": [["Dit is een toelichting"]],
        "riool": table,
        "leeg": [],
        "water": table,
    }
    assert [layer.name for layer, _ in read(sheets)] == ["riool", "water"]
    assert [layer.name for layer, _ in read(sheets, layer="water")] == ["water"]
    with pytest.raises(LayerNotFound, match="riool"):
        read(sheets, layer="gas")


def test_titles_above_the_header_and_excel_row_numbers(read):
    rows = [
        ["Planning 2027"],
        [],
        [None, "ref", "naam"],
        [None, "W-1", "riool"],
        [],
        [None, "W-2", "gas"],
    ]
    ((layer, (batch,)),) = read({"s": rows})
    assert layer.columns == ("column_1", "ref", "naam")
    assert batch.row.tolist() == [4, 6]
    assert [n.code for n in layer.notes] == ["unnamed-column", "rows-above-header"]


def test_merged_titles_and_errors(tmp_path):
    path = tmp_path / "m.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Planning", None, None])
    sheet.merge_cells("A1:C1")
    sheet.append(["ref", "naam", "kosten"])
    sheet.append(["W-1", "riool", "#REF!"])
    sheet.append(["W-2", " ", 12.5])
    book.save(path)
    (layer,) = READER.read(path, ReadOptions())
    (batch,) = layer.batches
    assert dict(batch.columns) == {
        "ref": ["W-1", "W-2"],
        "naam": ["riool", None],
        "kosten": [None, 12.5],
    }


def test_formulas_give_their_last_value(tmp_path):
    path = tmp_path / "f.xlsx"
    book = openpyxl.Workbook()
    for row in (["ref", "som"], ["W-1", "=1+1"], ["W-2", 3]):
        book.active.append(row)
    book.save(path)
    with zipfile.ZipFile(path) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    parts[name] = (
        parts[name]
        .replace(b"<f>1+1</f><v/>", b"<f>1+1</f><v>2</v>")
        .replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>")
    )
    with zipfile.ZipFile(path, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    (layer,) = READER.read(path, ReadOptions())
    assert next(layer.batches).columns["som"] == [2, 3]


def test_a_used_range_of_empty_rows_is_ended_early(tmp_path):
    path = tmp_path / "long.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["ref", "naam"])
    sheet.append(["W-1", "riool"])
    sheet.cell(workbook.EMPTY_ROWS * 3, 1).value = "far away"
    book.save(path)
    (layer,) = READER.read(path, ReadOptions())
    assert [n for b in layer.batches for n in b.row] == [2]
    assert [(n.code, n.severity) for n in layer.notes] == [("sheet-ended-early", "warning")]
    assert "row 2" in layer.notes[0].reason["en"]


def test_hidden_sheets_are_passed_over_and_nothing_is_empty(tmp_path):
    path = tmp_path / "h.xlsx"
    book = openpyxl.Workbook()
    for row in (["a", "b"], ["x", "y"]):
        book.active.append(row)
    hidden = book.create_sheet("lists")
    for row in (["a", "b"], ["x", "y"]):
        hidden.append(row)
    hidden.sheet_state = "hidden"
    book.save(path)
    assert [layer.name for layer in READER.read(path, ReadOptions())] == ["Sheet"]
    book = openpyxl.Workbook()
    book.save(path)
    with pytest.raises(EmptyFile, match="column names"):
        list(READER.read(path, ReadOptions()))


def test_a_workbook_that_unpacks_to_too_much_is_refused(read):
    rows = [["id", "naam"], *([i, "riool" * 20] for i in range(2_000))]
    with pytest.raises(FileTooLarge, match="in parts"):
        read({"s": rows}, max_unpacked_bytes=20_000)


@pytest.mark.parametrize(
    "broken", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"]
)
@pytest.mark.parametrize("content", [b"", b"<a", b"<x xmlns='y'/>"])
def test_a_damaged_workbook_is_refused(tmp_path, broken, content):
    path = tmp_path / "b.xlsx"
    book = openpyxl.Workbook()
    for row in (["a", "b"], ["x", "y"]):
        book.active.append(row)
    book.save(path)
    with zipfile.ZipFile(path) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    parts[broken] = content
    with zipfile.ZipFile(path, "w") as archive:
        for part, text in parts.items():
            archive.writestr(part, text)
    with pytest.raises((UnreadableFile, EmptyFile)):
        everything(path)


def test_an_entity_bomb_in_a_workbook_is_refused(tmp_path):
    path = tmp_path / "bomb.xlsx"
    book = openpyxl.Workbook()
    for row in (["a", "b"], ["x", "y"]):
        book.active.append(row)
    book.save(path)
    with zipfile.ZipFile(path) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    bomb = b'<!DOCTYPE s [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    name = "xl/worksheets/sheet1.xml"
    parts[name] = bomb + parts[name].replace(b"<worksheet ", b"<worksheet x='&b;' ")
    with zipfile.ZipFile(path, "w") as archive:
        for part, text in parts.items():
            archive.writestr(part, text)
    with pytest.raises(UnreadableFile):
        everything(path)
