"""A filter of a megabyte, and one of 10,000 brackets, sent to the service as it runs."""

from __future__ import annotations

import http.client
from urllib.parse import quote, urlsplit

import pytest

from app.kit.db import make_engine
from tests.acceptance.serving import serving
from tests.filling import fill

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def service(clone, tmp_path_factory):
    engine = make_engine(clone())
    fill(engine, 40, 10)
    with serving(engine, tmp_path_factory.mktemp("home")) as running:
        yield running
    engine.dispose()


def ask(service, text):
    connection = http.client.HTTPConnection(urlsplit(service.url).netloc, timeout=20)
    connection.request("GET", f"/ogc/collections/works/items?limit=1&filter={quote(text)}")
    answer = connection.getresponse()
    status, body = answer.status, answer.read()
    connection.close()
    return status, body


@pytest.mark.parametrize(
    "text",
    [
        "title = '" + "x" * 2**20 + "'",
        "(" * 10_000 + "TRUE" + ")" * 10_000,
        "(" * 10_000 + "TRUE",
        "(a=1 or (b=2 and " * 12 + "a=1 b" + "))" * 12,
    ],
    ids=["megabyte", "brackets", "open brackets", "a mistake inside brackets"],
)
def test_it_is_refused_and_the_service_goes_on(service, text):
    status, body = ask(service, text)
    assert status in {400, 414, 431}, body[:200]
    assert ask(service, "TRUE")[0] == 200
