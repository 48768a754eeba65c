"""GDAL follows no path, URL, /vsi prefix or VRT that stands inside a file.

A canary file lies where each attack points, and a web server counts what it is
asked. An attack has failed when the canary's word is nowhere in what was read
and the server was left alone.
"""

from __future__ import annotations

import http.server
import json
import sqlite3
import threading
import zipfile

import geopandas
import pyogrio
import pytest
import shapely

from spatial.errors import FileRefused, UnsafeFile
from spatial.opening import open_file
from spatial.reader import ReadOptions
from spatial.readers.ogr import READER

CANARY = "KANARIE-GEHEIM"
POINTS = "<gml:Point><gml:pos>{}</gml:pos></gml:Point>"


@pytest.fixture
def server():
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<xml/>")

        do_HEAD = do_GET  # noqa: N815  # the name that http.server calls

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        running.asked = asked
        running.url = f"http://127.0.0.1:{running.server_port}"
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def canary(tmp_path):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    frame = geopandas.GeoDataFrame({"word": [CANARY]}, geometry=[shapely.Point(1, 2)], crs=28992)
    for name, driver in (("c.geojson", "GeoJSON"), ("c.gpkg", "GPKG"), ("c.shp", "ESRI Shapefile")):
        pyogrio.write_dataframe(frame.to_crs(4326), folder / name, driver=driver)
    (folder / "c.csv").write_text(f"word,x,y\n{CANARY},1,2\n")
    (folder / "c.txt").write_text(CANARY)
    return folder


def everything(path, name):
    """All that reading gives: text of values, notes and refusals."""
    told = []
    try:
        _, layers = open_file(path, ReadOptions(), name)
        for layer in layers:
            told.append(repr((layer.name, layer.crs, layer.columns)))
            for batch in layer.batches:
                told += [
                    repr(batch.columns),
                    repr(list(batch.geometry if batch.geometry is not None else [])),
                ]
                told += [repr(batch.faults)]
            told.append(repr(layer.notes))
    except FileRefused as refusal:
        told.append(f"REFUSED {refusal}")
    return "\n".join(told)


def attack(tmp_path, server, content, name):
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    told = everything(path, name)
    assert CANARY not in told
    assert server.asked == []
    return told


def vrt(source, layer="c"):
    return (
        f'<OGRVRTDataSource><OGRVRTLayer name="{layer}"><SrcDataSource>{source}</SrcDataSource>'
        "</OGRVRTLayer></OGRVRTDataSource>"
    )


NAMES = ["x.gpkg", "x.shp", "x.kml", "x.gml", "x.xml", "x.vrt", "x.fgb", "x.tab", "x.mif", "x.csv"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "target", ["{folder}/c.geojson", "/vsicurl/{url}/c.geojson", "{url}/c.csv"]
)
def test_a_vrt_is_refused_whatever_it_is_called(tmp_path, canary, server, name, target):
    told = attack(tmp_path, server, vrt(target.format(folder=canary, url=server.url)), name)
    assert told.startswith("REFUSED")


@pytest.mark.parametrize("tag", ["OGRVRTDataSource", "OGRWFSDataSource"])
@pytest.mark.parametrize("kind", ["kml", "gml"])
def test_a_vrt_inside_a_comment_of_a_real_file(tmp_path, canary, server, tag, kind):
    source = vrt(f"{canary}/c.geojson").replace("OGRVRTDataSource", tag)
    if tag == "OGRWFSDataSource":
        source = f"<OGRWFSDataSource><URL>{server.url}/wfs</URL></OGRWFSDataSource>"
    kml = (
        f'<?xml version="1.0"?><!-- {source} --><kml xmlns="http://www.opengis.net/kml/2.2">'
        "<Document><Placemark><name>ok</name><Point><coordinates>4,52</coordinates></Point>"
        "</Placemark></Document></kml>"
    )
    gml = (
        f'<?xml version="1.0"?><!-- {source} --><c xmlns:gml="http://www.opengis.net/gml">'
        f"<gml:featureMember><f><g>{POINTS.format('4 52')}</g></f></gml:featureMember></c>"
    )
    told = attack(tmp_path, server, kml if kind == "kml" else gml, f"x.{kind}")
    # GDAL's GML driver itself turns away what mentions WFS.
    assert "POINT (4 52)" in told or "not recognized" in told


def test_only_the_one_driver_is_left_in_the_reading_process(tmp_path, canary):
    """A GeoJSON that is handed to the reader under a driver of its own choosing is not opened."""
    import subprocess
    import sys

    from spatial.ogr_process import SCRIPT

    settings = {
        "drivers": ["GPKG"],
        "names": {"key": "k", "place": "p"},
        "memory_bytes": 6 << 30,
        "cpu_seconds": 60,
    }
    request = {"verb": "describe", "path": str(canary / "c.geojson"), "options": {}}
    done = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), json.dumps(settings)],
        input=json.dumps(request).encode() + b"\n",
        capture_output=True,
        check=True,
    )
    assert "not recognized" in json.loads(done.stdout)["error"]


@pytest.mark.parametrize(
    "entity",
    ['SYSTEM "file://{folder}/c.txt"', 'SYSTEM "{url}/c.txt"', '"harmless"'],
)
@pytest.mark.parametrize("kind", ["kml", "gml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_with_a_document_type_is_refused(  # noqa: PLR0917  # fixtures
    tmp_path, canary, server, entity, kind, encoding
):
    target = entity.format(folder=canary, url=server.url)
    root = "http://www.opengis.net/kml/2.2" if kind == "kml" else "http://www.opengis.net/gml"
    content = (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE kml [<!ENTITY e {target}>]>'
        f'<kml xmlns="{root}"><Placemark><name>&e;</name></Placemark></kml>'
    )
    told = attack(tmp_path, server, content.encode(encoding), f"x.{kind}")
    assert told.startswith("REFUSED")


def test_the_message_about_a_document_type_says_what_to_do(tmp_path):
    path = tmp_path / "x.kml"
    path.write_text(
        '<?xml version="1.0"?><!DOCTYPE kml><kml xmlns="http://www.opengis.net/kml/2.2"/>'
    )
    with pytest.raises(UnsafeFile, match="Export it without one"):
        list(READER.read(path, ReadOptions()))


@pytest.mark.parametrize("target", ["{url}/g.gml#p", "file://{folder}/c.gml#p", "{folder}/c.gml#p"])
def test_gml_follows_no_link_and_no_schema(tmp_path, canary, server, target):
    (canary / "c.gml").write_text(
        f'<x xmlns:gml="http://www.opengis.net/gml"><gml:Point gml:id="p"><gml:name>{CANARY}'
        "</gml:name><gml:pos>1 2</gml:pos></gml:Point></x>"
    )
    link = target.format(folder=canary, url=server.url)
    content = (
        '<?xml version="1.0"?><wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0" '
        'xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:xlink="http://www.w3.org/1999/xlink" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:schemaLocation="http://x {server.url}/x.xsd http://y {server.url}/wfs?REQUEST=DescribeFeatureType">'
        f'<wfs:member><w gml:id="a"><name>ok</name><g xlink:href="{link}"/></w></wfs:member>'
        f'<wfs:member><w gml:id="b"><name>ok</name><g>{POINTS.format("1 2")}</g></w></wfs:member>'
        "</wfs:FeatureCollection>"
    )
    assert "'ok'" in attack(tmp_path, server, content, "x.gml")


def test_kml_follows_no_network_link_and_no_overlay(tmp_path, canary, server):
    content = (
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
        f"<NetworkLink><name>n</name><Link><href>{server.url}/x.kml</href></Link></NetworkLink>"
        f"<NetworkLink><Link><href>{canary}/c.kml</href></Link></NetworkLink>"
        f"<GroundOverlay><Icon><href>{server.url}/x.png</href></Icon></GroundOverlay>"
        f"<Style><IconStyle><Icon><href>{server.url}/i.png</href></Icon></IconStyle></Style>"
        f"<styleUrl>{server.url}/s.kml#s</styleUrl>"
        "<Placemark><name>ok</name><Point><coordinates>4,52</coordinates></Point></Placemark>"
        "</Document></kml>"
    )
    assert "'ok'" in attack(tmp_path, server, content, "x.kml")


def geopackage(tmp_path, *statements):
    path = tmp_path / "x.gpkg"
    frame = geopandas.GeoDataFrame({"word": ["ok"]}, geometry=[shapely.Point(1, 2)], crs=28992)
    pyogrio.write_dataframe(frame, path, driver="GPKG", layer="werken")
    with sqlite3.connect(path) as database:
        for statement in statements:
            database.execute(statement)
    database.close()
    return path.read_bytes()


def feature_view(select):
    return (
        f"CREATE VIEW evil AS {select}",
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES ('evil', 'attributes', 'evil', 0)",
    )


@pytest.mark.parametrize(
    "select",
    [
        "SELECT 1 AS fid, load_extension('{folder}/c.txt') AS word",
        "SELECT 1 AS fid, readfile('{folder}/c.txt') AS word",
        "SELECT 1 AS fid, gdal_get_pixel_value('{folder}/c.gpkg', 1, 'georef', 1, 2) AS word",
        "SELECT 1 AS fid, ogr_geocode('Leiden') AS word",
    ],
)
def test_views_of_a_geopackage_reach_nothing_outside(tmp_path, canary, server, select):
    content = geopackage(tmp_path, *feature_view(select.format(folder=canary)))
    told = attack(tmp_path, server, content, "x.gpkg")
    assert "'ok'" in told or "REFUSED" in told


def test_triggers_of_a_geopackage_do_not_run_and_the_file_is_not_changed(tmp_path, canary, server):
    content = geopackage(
        tmp_path,
        "CREATE TABLE log (t)",
        "CREATE TRIGGER t AFTER INSERT ON gpkg_contents BEGIN INSERT INTO log VALUES (1); END",
        f"ATTACH DATABASE '{canary}/c.gpkg' AS other",
    )
    assert "'ok'" in attack(tmp_path, server, content, "x.gpkg")
    assert (tmp_path / "x.gpkg").read_bytes() == content


def test_virtual_tables_of_other_modules_reach_nothing(tmp_path, canary, server):
    name = "INSERT INTO sqlite_master (type, name, tbl_name, rootpage, sql) VALUES ('table', 'evil', 'evil', 0, 'CREATE VIRTUAL TABLE evil USING VirtualOGR(''{}'')')"
    content = geopackage(
        tmp_path,
        "PRAGMA writable_schema = ON",
        name.format(canary / "c.geojson"),
        "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('evil', 'attributes', 'evil')",
    )
    attack(tmp_path, server, content, "x.gpkg")


def test_a_view_that_never_ends_is_stopped(tmp_path, server, monkeypatch):
    from spatial import ogr_process

    monkeypatch.setattr(ogr_process, "CPU_SECONDS", 3)
    endless = "WITH RECURSIVE n(fid) AS (SELECT 1 UNION ALL SELECT fid + 1 FROM n) SELECT max(fid) AS fid, 'a' AS word FROM n"
    told = attack(tmp_path, server, geopackage(tmp_path, *feature_view(endless)), "x.gpkg")
    assert "'ok'" in told or "REFUSED" in told


@pytest.mark.parametrize(
    "name", ["/vsicurl/{url}/x.gpkg", "../../../etc/passwd", "x.gpkg\0.csv", "GPKG:x", "{url}"]
)
def test_a_file_name_is_only_a_name(tmp_path, server, name):
    path = tmp_path / "stored"
    path.write_bytes(geopackage(tmp_path))
    told = everything(path, name.format(url=server.url))
    assert server.asked == []
    assert "'ok'" in told or told.startswith("REFUSED")


def test_files_beside_the_upload_are_not_seen(tmp_path, server):
    """A .gfs, .xsd or .cpg of somebody else lies in the same folder of uploads."""
    content = (
        '<?xml version="1.0"?><c xmlns:gml="http://www.opengis.net/gml"><gml:featureMember><f>'
        f"<a>ok</a><g>{POINTS.format('4 52')}</g></f></gml:featureMember></c>"
    )
    (tmp_path / "x.gfs").write_text(
        "<GMLFeatureClassList><GMLFeatureClass><Name>f</Name><ElementPath>f</ElementPath>"
        f"<PropertyDefn><Name>{CANARY}</Name><ElementPath>a</ElementPath><Type>String</Type>"
        "</PropertyDefn></GMLFeatureClass></GMLFeatureClassList>"
    )
    assert "'ok'" in attack(tmp_path, server, content, "x.gml")
    assert {p.name for p in tmp_path.iterdir()} == {"x.gfs", "x.gml"}


def test_a_shapefile_in_a_zip_with_a_path_that_leads_out(tmp_path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("../../evil.shp", b"\x00\x00\x27\x0a")
    assert everything(path, "x.zip").startswith("REFUSED The zip holds a path that leads out")
