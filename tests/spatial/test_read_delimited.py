from __future__ import annotations

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spatial.errors import EmptyFile, FileTooLarge, NoHeader, UnreadableFile
from spatial.reader import ReadOptions
from spatial.readers import delimited
from spatial.readers.delimited import READER


@pytest.fixture
def read(tmp_path):
    def reading(content, name="werken.csv", **options):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        (layer,) = READER.read(path, ReadOptions(**options))
        return layer, list(layer.batches)

    return reading


def columns(batches):
    merged = {}
    for batch in batches:
        for name, values in batch.columns.items():
            merged.setdefault(name, []).extend(values)
    return merged


def faults(batches):
    return [(f.row, f.code, f.severity) for b in batches for f in b.faults]


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=10)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=120)
@given(
    st.integers(2, 5).flatmap(
        lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n), min_size=3, max_size=12)
    ),
    st.sampled_from(",;\t|"),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.integers(1, 5),
)
def test_what_is_written_is_read(read, rows, separator, encoding, batch_rows):
    header = [f"kolom {i}" for i in range(len(rows[0]))]
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, quoting=csv.QUOTE_ALL)
    writer.writerows([header, *rows])
    layer, batches = read(out.getvalue().encode(encoding), batch_rows=batch_rows)
    assert layer.columns == tuple(header)
    expected = [(i, row) for i, row in enumerate(rows, start=1) if any(row)]
    assert [n for b in batches for n in b.row] == [i for i, _ in expected]
    for position, name in enumerate(header):
        got = columns(batches).get(name, [])
        assert got == [row[position] or None for _, row in expected]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators_are_recognised_amid_others(read, separator):
    lines = [["naam", "bedrag", "plaats"], ["Jansen, Piet; aannemer", "1.250,50", "52.1, 4.5"]]
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows([lines[0], *[lines[1]] * 5])
    layer, batches = read(out.getvalue())
    assert layer.columns == ("naam", "bedrag", "plaats")
    assert columns(batches)["naam"][0] == "Jansen, Piet; aannemer"


def test_rows_are_records_and_blank_ones_count(read):
    _, batches = read('id,tekst\n1,"twee\nregels"\n\n;\n3,x\n'.replace(";", ","))
    assert [n for b in batches for n in b.row] == [1, 4]


def test_ragged_rows_are_told_of(read):
    _, batches = read("a,b,c\n1,2,3\n1,2\n1,2,3,4\n1,2,3,,\n")
    assert faults(batches) == [(2, "too-few-cells", "warning"), (3, "too-many-cells", "error")]
    assert [n for b in batches for n in b.row] == [1, 2, 4]
    assert columns(batches)["c"] == ["3", None, "3"]


def test_duplicate_and_missing_names(read):
    layer, _ = read("naam,naam,,eind\nx,y,z,w\np,q,r,s\n")
    assert layer.columns == ("naam", "naam_2", "column_3", "eind")
    assert [n.code for n in layer.notes] == ["duplicate-column", "unnamed-column"]


@pytest.mark.parametrize(
    "first",
    [
        "1,2.5,52.1",
        "2027-01-01,W-1,5",
        "POINT (1 2),riool",
        '"{""type"":""Point"",""coordinates"":[1,2]}",a',
    ],
)
def test_a_first_row_of_data_is_refused_with_a_remedy(read, first):
    with pytest.raises(NoHeader, match="names the columns"):
        read(f"{first}\n{first}\n")


def test_years_may_be_names_of_columns(read):
    assert read("ref,2026,2027,2028\nW-1,5,6,7\n")[0].columns == ("ref", "2026", "2027", "2028")


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_encodings(read, encoding):
    text = "naam;straat\nCafé à la Crème;Près de l'église\nRéfection;Grüne Straße – 5 €\n"
    layer, batches = read(text.encode(encoding))
    assert columns(batches)["straat"] == ["Près de l'église", "Grüne Straße – 5 €"]
    assert [n.code for n in layer.notes] == (
        ["encoding-guessed"] if encoding in {"cp1252", "utf-16-le"} else []
    )


def test_an_encoding_that_is_given_is_obeyed_or_refused(read):
    content = "naam;straat\nx;Café\n".encode("cp850")
    assert columns(read(content, encoding="cp850")[1])["straat"] == ["Café"]
    with pytest.raises(UnreadableFile, match="byte 17"):
        read(content, encoding="utf-8")
    with pytest.raises(UnreadableFile, match="no character encoding"):
        read(content, encoding="klingon")


def test_nul_characters_are_left_out_and_told_of(read):
    _, batches = read("id,naam\n1,ri\0ool\n2,water\n")
    assert columns(batches)["naam"] == ["riool", "water"]
    assert faults(batches) == [(1, "nul-bytes", "warning")]


def test_300_columns(read):
    header = ",".join(f"k{i}" for i in range(300))
    layer, batches = read("\n".join([header, ",".join("x" * 300), ",".join("y" * 300)]))
    assert len(layer.columns) == 300
    assert len(batches[0]) == 2


def test_a_quote_left_open_is_told_of(read, monkeypatch):
    lines = "".join(f"{i},x\n" for i in range(300))
    _, batches = read(f'id,naam\n1,"open\n{lines}')
    assert faults(batches) == [(1, "quote-not-closed", "error")]


def test_a_cell_beyond_all_measure_is_refused(read):
    limit = csv.field_size_limit(1_000)
    try:
        with pytest.raises(UnreadableFile, match="quote is probably left open"):
            read("id,naam\n1,a\n2," + "x" * 2_000 + "\n")
    finally:
        csv.field_size_limit(limit)
    assert limit == delimited.LARGEST_CELL


def test_sep_line_and_blank_lines_before_the_header(read):
    assert read("sep=|\nid|naam\n1|x\n")[0].columns == ("id", "naam")
    layer, batches = read("\n\nid;naam\n1;x\n2;y\n")
    assert layer.columns == ("id", "naam")
    assert batches[0].row.tolist() == [1, 2]


@pytest.mark.parametrize("content", ["\n\n\n", " \n", ",,,\n"])
def test_a_table_without_names_is_empty(read, content):
    with pytest.raises(EmptyFile):
        read(content)


def test_only_a_header_is_a_table_without_rows(read):
    layer, batches = read("id,naam\n")
    assert (layer.columns, batches) == (("id", "naam"), [])


def test_pages_pictures_and_json_are_no_tables(tmp_path):
    for head in (b"<html><body>Log in", b'{"type":', b"\x89PNG\r\n\x1a\n" + bytes(range(30)) * 9):
        assert not READER.recognises(tmp_path / "x.csv", head)
    assert READER.recognises(tmp_path / "x.txt", b"a;b\n1;2\n3;4\n")
    assert not READER.recognises(tmp_path / "x.txt", b"Dear sir,\nthe works\nare late, again.\n")


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_line_beyond_all_measure_is_refused_with_its_number(read, monkeypatch, separator):
    monkeypatch.setattr(delimited, "LARGEST_CELL", 5_000)
    polygon = "POLYGON ((" + ", ".join(f"{i} {i}" for i in range(2_000)) + "))"
    with pytest.raises(FileTooLarge, match="Line 3"):
        read(f"id{separator}wkt\n1{separator}POINT (1 2)\n2{separator}{polygon}\n")
