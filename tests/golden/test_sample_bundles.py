"""The ten top-ranked bundles of the sample data are those that its page gives reasons for."""

import re
from pathlib import Path

import pytest
from sqlalchemy import text

from app import demo
from app.kit.db import make_engine
from app.runtime import Runtime
from app.settings import Settings

README = Path(__file__).parents[2] / "sample_data/README.md"
ROW = re.compile(r"^\| (\d+) \| [^|]+ \| ([^|]+) \| ([\d.]+) \| [^|]{30,} \|$", re.MULTILINE)
TOP = """
SELECT b.score, b.state, b.feasible, array_agg(p.reference ORDER BY p.reference) AS works
FROM bundles b JOIN bundle_works bw ON bw.bundle_id = b.id
JOIN works w ON w.id = bw.work_id JOIN projects p ON p.id = w.project_id
WHERE b.state = 'proposed' GROUP BY b.id ORDER BY b.score DESC, b.key LIMIT 10
"""


@pytest.fixture(scope="module")
def top(clone, tmp_path_factory):
    url = clone()
    engine = make_engine(url)
    demo.load(Runtime(Settings(home=tmp_path_factory.mktemp("home"), database_url=url), engine))
    with engine.connect() as connection:
        yield connection.execute(text(TOP)).all()
    engine.dispose()


def test_the_page_lists_the_ten_best_with_a_reason(top):
    told = [
        (sorted(refs.split(", ")), float(score))
        for _, refs, score in ROW.findall(README.read_text())
    ]
    assert told == [(row.works, row.score) for row in top]


def test_all_ten_fit_and_are_proposed(top):
    assert len(top) == 10
    assert all(row.feasible and row.state == "proposed" for row in top)
