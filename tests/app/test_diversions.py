"""Diversions go and come back with their project, and remember what they were without nesting."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.main import create_app
from app.organisations.issue_key import issue_key
from app.tables import constraint_zones, diversions, works
from app.uploads.undo import undo

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<mc:messageContainer xmlns:mc="http://datex2.eu/schema/3/messageContainer"'
    ' xmlns:sit="http://datex2.eu/schema/3/situation" xmlns:com="http://datex2.eu/schema/3/common"'
    ' xmlns:loc="http://datex2.eu/schema/3/locationReferencing"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    '<mc:payload xsi:type="sit:SituationPublication" lang="nl">'
)
WHEN = (
    "<sit:validity><com:validityTimeSpecification>"
    "<com:overallStartTime>2027-10-19T05:00:00Z</com:overallStartTime>"
    "<com:overallEndTime>2027-11-18T15:00:00Z</com:overallEndTime>"
    "</com:validityTimeSpecification></sit:validity>"
)
WHERE = (
    '<sit:locationReference xsi:type="loc:PointLocation"><loc:pointByCoordinates>'
    "<loc:pointCoordinates><loc:latitude>52.16</loc:latitude><loc:longitude>4.49</loc:longitude>"
    "</loc:pointCoordinates></loc:pointByCoordinates></sit:locationReference>"
)


def feed(route="Volg route A", works=True):
    """A publication of situation A with a diversion, and of B without; A may have no works."""
    inside = []
    if works:
        inside.append(("MaintenanceWorks", "A1", ""))
        told = f'<com:values><com:value lang="nl">{route}</com:value></com:values>'
        words = f"<sit:reroutingItineraryDescription>{told}</sit:reroutingItineraryDescription>"
        inside.append(("ReroutingManagement", "D", words))
    situations = {"A": inside, **{n: [("MaintenanceWorks", f"{n}1", "")] for n in "BCDEF"}}
    body = "".join(
        f'<sit:situation id="{name}">'
        + "".join(
            f'<sit:situationRecord xsi:type="sit:{kind}" id="{id_}" version="1">'
            f"{WHEN}{words}{WHERE}</sit:situationRecord>"
            for kind, id_, words in records
        )
        + "</sit:situation>"
        for name, records in situations.items()
        if records
    )
    return f"{HEAD}{body}</mc:payload></mc:messageContainer>".encode()


@pytest.fixture
def standing(engine):
    """The titles of the diversions that stand."""

    def titles():
        query = select(diversions.c.title).where(~diversions.c.withdrawn)
        with engine.connect() as connection:
            return connection.scalars(query).all()

    return titles


@pytest.fixture
def send(deliver):
    """Deliver a complete feed."""

    def send(**more):
        report = deliver(feed(**more), filename="feed.xml", complete=True)
        assert report.exit_code == 0, report.problem
        return deliver.uploads[-1]

    return send


def test_a_diversion_goes_and_comes_back_with_its_project(send, standing, engine, settings):
    send()
    assert standing() == ["Volg route A"]
    gone = send(works=False)
    assert standing() == []
    undo(engine, settings, gone, by="anna")
    assert standing() == ["Volg route A"]
    send(works=False)
    assert standing() == []
    again = send()
    assert standing() == ["Volg route A"]
    undo(engine, settings, again, by="anna")
    assert standing() == []
    send(route="Volg route B")
    assert standing() == ["Volg route B"]


def test_an_edit_takes_its_diversions_along(send, standing, deliver, engine, settings):
    send()
    with engine.begin() as connection:
        key = issue_key(connection, "leiden")
        id_ = connection.scalar(
            select(works.c.id).join(diversions, diversions.c.project_id == works.c.project_id)
        )
    client = TestClient(create_app(settings, engine), headers={"X-API-Key": key})
    answer = client.delete(f"/api/works/{id_}", headers={"If-Match": '"1"'})
    assert answer.status_code == 200
    assert standing() == []
    send()
    assert standing() == ["Volg route A"]


def test_a_diversion_that_was_undone_does_not_come_back(send, standing, engine, settings):
    first = send()
    undo(engine, settings, first, by="anna")
    assert standing() == []
    with engine.connect() as connection:
        row = connection.execute(select(diversions)).one()
        assert (row.withdrawn, row.withdrawn_with_project) == (True, False)


@pytest.mark.parametrize("kind", ["diversion", "zone"])
def test_what_it_was_before_is_a_list_that_undo_walks_back(send, deliver, a_work, kind):
    engine, settings = deliver.engine, deliver.settings
    table = diversions if kind == "diversion" else constraint_zones
    titles = [f"Stand {n}" for n in range(5)]
    for title in titles:
        if kind == "diversion":
            send(route=title)
        else:
            deliver([a_work("E1", kind="evenement", title=title)], kind="constraints")
    for n in reversed(range(5)):
        with engine.connect() as connection:
            row = connection.execute(select(table)).one()
        assert row.title == titles[n]
        assert [state["title"] for state in row.before or []] == titles[:n][::-1]
        assert not any("before" in state for state in row.before or [])
        undo(engine, settings, deliver.uploads[n], by="anna")
    with engine.connect() as connection:
        assert connection.scalar(select(table.c.withdrawn)) is True
