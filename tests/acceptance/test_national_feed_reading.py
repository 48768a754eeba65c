"""The whole national Dutch feed of planned works (161 MB of XML): nothing is lost, little is held."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import shapely

from spatial.crs import decide, far_outside, region_of
from spatial.geometry import clean, footprints, kind_of
from spatial.mapping import apply, propose
from spatial.period import NO_DAY
from spatial.reader import ReadOptions
from spatial.readers.datex2 import READER
from spatial.vocabulary import ACTIVITY, FACILITY

SHARED = Path(os.environ.get("KANSENKAART_SHARED", Path(__file__).parents[2] / "../shared"))
FEED = SHARED / "data/ndw-planned-nl/ndw-planned.xml.gz"
ZONE = ZoneInfo("Europe/Amsterdam")

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.skipif(not FEED.exists(), reason="the national feed is not here"),
]


class Read:
    """One layer, read, mapped and brought to RD New."""

    def __init__(self, layer):
        self.layer = layer
        self.columns = {name: [] for name in layer.columns}
        self.faults, geometry, self.mapped = [], [], []
        for batch in layer.batches:
            for name, values in batch.columns.items():
                self.columns[name] += values
            self.faults += batch.faults
            geometry.append(batch.geometry)
            self.mapped.append(apply(propose(layer, batch), batch, zone=ZONE))
        self.raw = np.concatenate(geometry)
        self.decision = decide(layer.crs, None, shapely.bounds(self.raw), 28992)
        rows = np.concatenate([m.row for m in self.mapped])
        brought = self.decision.bring(self.raw, 28992)
        self.geometry, self.told = clean(brought, rows, 5_000_000)

    def terms(self, field):
        return np.concatenate([m.terms[field] for m in self.mapped])


@pytest.fixture(scope="module")
def feed():
    """All layers of the feed, in the order they come in."""
    return {layer.name: Read(layer) for layer in READER.read(FEED, ReadOptions())}


def test_every_situation_is_stored_or_told(feed):
    works = feed["works"]
    counts = works.layer.counts
    assert counts["situations"] == 12_844
    assert counts["situations with works"] == len(set(works.columns["reference"])) == 9_852
    assert (
        counts["situations with events"]
        == len(set(feed["constraints"].columns["situation"]))
        == 2_991
    )
    assert counts["situations with neither works nor events"] == 1
    (left_out,) = works.layer.notes
    assert (left_out.code, left_out.value) == (
        "situation-without-works",
        "AND01_CBEA1B61151C49B094FA42908A06282F",
    )
    assert 9_852 + 2_991 + 1 == 12_844


def test_every_record_is_counted(feed):
    counts = feed["works"].layer.counts
    kinds = {name: n for name, n in counts.items() if name[0].isupper() and " " not in name}
    assert kinds == {
        "MaintenanceWorks": 9_630,
        "ConstructionWorks": 225,
        "PublicEvent": 2_993,
        "ReroutingManagement": 11_028,
        "RoadOrCarriagewayOrLaneManagement": 17_504,
        "SpeedManagement": 4_364,
        "AbnormalTraffic": 263,
        "GeneralNetworkManagement": 168,
    }
    assert sum(kinds.values()) == 46_175
    assert len(feed["works"].raw) == 9_630 + 225
    assert len(feed["constraints"].raw) == 2_993
    assert len(feed["diversions"].raw) == 11_028 - counts["ReroutingManagement without works"]


def test_nothing_in_it_is_unreadable(feed):
    assert [fault for read in feed.values() for fault in read.faults] == []


def test_works_are_lines_where_any_record_of_theirs_has_one(feed):
    kinds = Counter(kind_of(feed["works"].raw).tolist())
    # 1,426 have a line of their own, 4,770 that of the lane records
    assert kinds == {"line": 1_426 + 4_770, "point": 3_653, None: 6}


def test_only_works_without_coordinates_are_refused(feed):
    told = feed["works"].told
    assert Counter(fault.code for fault in told if fault.severity == "error") == {
        "geometry-missing": 6
    }


def test_all_of_it_lies_in_the_netherlands(feed):
    for read in feed.values():
        assert (read.decision.how, read.decision.faults) == ("declared", ())
        assert not far_outside(shapely.bounds(read.geometry), 28992, region_of(28992)).any()


def test_every_work_has_a_footprint_in_square_metres(feed):
    works = feed["works"]
    facility = np.array(
        [FACILITY.code(t or "unknown") for t in works.terms("facility")], dtype=np.int8
    )
    activity = np.array(
        [ACTIVITY.code(t or "unknown") for t in works.terms("activity")], dtype=np.int8
    )
    found = footprints(works.geometry, facility, activity)
    stored = found[~shapely.is_missing(found)]
    assert len(stored) == 9_849
    assert shapely.is_valid(stored).all()
    assert set(shapely.get_type_id(stored)) == {int(shapely.GeometryType.MULTIPOLYGON)}
    assert shapely.area(stored).min() > 0.5  # a line of 43 cm


def test_the_periods_of_a_record_stay_one_work(feed):
    most = {name: max(map(len, read.columns["valid_periods"])) for name, read in feed.items()}
    assert most["constraints"] == 2_031
    assert sum(len(p) > 1 for p in feed["works"].columns["valid_periods"]) == 1_099
    for read in feed.values():
        for mapped in read.mapped:
            periods = mapped.valid_periods
            several = np.flatnonzero(np.diff(periods.offsets))
            assert (np.diff(periods.offsets)[several] > 1).all()
            assert (mapped.start[several] == periods.starts[periods.offsets[several]]).all()
            assert (mapped.end[several] == periods.ends[periods.offsets[several + 1] - 1]).all()


def test_every_work_has_days(feed):
    for mapped in feed["works"].mapped:
        assert (mapped.start != NO_DAY).all()
        assert (mapped.end > mapped.start).all()
    told = Counter(f.code for m in feed["works"].mapped for f in m.faults)
    assert (
        told["end-assumed"] == 16 + told["date-sentinel"]
    )  # no end at all, or one in 2099 and later


def test_every_work_has_an_owner_a_status_and_a_title(feed):
    works = feed["works"]
    assert None not in works.columns["organisation"]
    assert (
        len(set(works.columns["organisation"]) | set(feed["constraints"].columns["organisation"]))
        == 364
    )
    assert Counter(works.terms("planning_status")) == {
        "committed": 6_347 + 923,
        "under_construction": 2_223,
        "provisional": 196,
        "indicative": 166,
    }
    assert all(1 <= len(title) <= 120 for title in works.columns["title"])


def test_no_mail_address_of_a_person_comes_through(feed):
    texts = [t for name in ("title", "description") for t in feed["works"].columns[name] if t]
    assert not [text for text in texts if "@" in text]


def test_the_feed_is_read_in_constant_memory():
    script = (
        "import sys; from pathlib import Path;"
        "from spatial.reader import ReadOptions; from spatial.readers.datex2 import READER;"
        "[sum(len(b) for b in l.batches) for l in READER.read(Path(sys.argv[1]), ReadOptions())];"
        "print(*(w.split()[1] for w in open('/proc/self/status') if w.startswith('VmHWM')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(FEED)], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 250_000  # kB
