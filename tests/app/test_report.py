"""The report as JSON, as a page and as a CSV."""

from __future__ import annotations

import csv
import io
import re

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.organisations.issue_key import issue_key
from app.uploads.report import MOST_FAULTS, Report
from spatial.reader import Fault


@pytest.fixture
def client(deliver, engine, settings):
    deliver.organisation("leiden")
    with engine.begin() as connection:
        key = issue_key(connection, "leiden")
    with TestClient(create_app(settings, engine)) as client:
        client.headers["X-API-Key"] = key
        yield client


@pytest.fixture
def upload(deliver, a_work):
    nowhere = a_work("<b>N</b>", title="=1+1")
    nowhere["geometry"] = None
    deliver([a_work("A"), a_work("A"), nowhere, a_work("B", y=40, facility="eenhoorn")])
    return deliver.uploads[-1]


def test_every_fault_has_a_reason_and_a_remedy_in_both_languages(client, upload):
    report = client.get(f"/api/uploads/{upload}").json()["report"]
    assert len(report["faults"]) >= 2
    for fault in report["faults"]:
        for part in ("reason", "remedy"):
            assert set(fault[part]) == {"nl", "en"}
            assert all(fault[part].values())


def test_the_report_tells_mapping_crs_and_times(client, upload):
    report = client.get(f"/api/uploads/{upload}").json()["report"]
    (layer,) = report["layers"]
    assert layer["mapping"]["fields"]["reference"]["column"] == "reference"
    assert "28992" in layer["crs"]["name"] or "RD New" in layer["crs"]["name"]
    assert {"read", "compare", "write", "detect"} <= report["timings_s"].keys()


@pytest.mark.parametrize(
    ("lang", "title"), [("nl", "Verslag van aanlevering"), ("en", "Upload report")]
)
def test_the_page(client, upload, lang, title):
    page = client.get(f"/uploads/{upload}", params={"lang": lang})
    assert page.status_code == 200
    assert title in page.text
    assert "<b>N</b>" not in page.text


def test_the_page_of_a_refused_upload_tells_why(client, deliver):
    deliver(b"nonsense")
    page = client.get(f"/uploads/{deliver.uploads[-1]}?lang=en")
    assert "nothing was stored" in page.text


def test_the_page_of_a_waiting_upload(client, as_file, a_work):
    answer = client.post("/api/uploads", files={"file": ("a.geojson", as_file([a_work("A")]))})
    assert "Waiting" in client.get(f"/uploads/{answer.json()['id']}?lang=en").text


def test_the_csv_opens_beside_the_source(client, upload):
    answer = client.get(f"/api/uploads/{upload}/report.csv?lang=en")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.text.startswith("\ufeff")
    lines = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    assert {"2", "3"} <= {line["row"] for line in lines}
    assert all(line["reason"] for line in lines)


def test_a_flood_of_faults_is_counted_and_cut():
    report = Report()
    text = {"nl": "x", "en": "x"}
    report.add([Fault("x", "error", text, text, row=i) for i in range(MOST_FAULTS + 5)])
    told = report.to_json()
    assert len(told["faults"]) == MOST_FAULTS
    assert told["faults_left_off"] == 5
    assert told["fault_counts"] == {"error x": MOST_FAULTS + 5}


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("nl", ("de naam van het project", "opnieuw actueel", "opslaan", "zo staat het in het")),
        ("en", ("the name of the project", "of interest again", "storing", "as the file says")),
    ],
)
def test_the_page_speaks_the_language_of_its_reader(client, upload, lang, said):
    page = client.get(f"/uploads/{upload}", params={"lang": lang}).text
    for words in said:
        assert words in page
    assert "UTC" not in page
    assert "<td>reopened</td>" not in page


def test_remarks_stand_in_the_order_of_the_file(client, deliver, a_work):
    rows = [a_work(f"R{i}", y=30 * i) for i in range(12)]
    for i in (10, 1):
        rows[i]["geometry"] = None
        rows[i + 1]["properties"]["facility"] = "eenhoorn"
    deliver(rows)
    page = client.get(f"/uploads/{deliver.uploads[-1]}").text
    shown = [int(n) for n in re.findall(r'<td class="n">(\d+)</td><td class="short">', page)]
    assert len(shown) >= 2
    assert shown == sorted(shown)
