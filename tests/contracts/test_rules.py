"""What every rule keeps, also the one that is added tomorrow."""

import ast
import dataclasses
import re
from pathlib import Path

import numpy as np
import pytest
import shapely

from app.rules.describe import markdown
from spatial.detect import detect
from spatial.facts import COSTLY, Subject
from spatial.finding import MEASURE_COLUMNS, PairText, WorkText
from spatial.pairs import MOST_REACH_M
from spatial.rule import PairRule, ParameterRefused, WideRule, configured, rules
from spatial.testing.making import Planned, works_of

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "spatial/rules").glob("[!_]*.py"))
each_rule = pytest.mark.parametrize("rule", rules(), ids=lambda r: r.code)
PAIR_RULES = [r for r in rules() if isinstance(r, PairRule)]
each_pair_rule = pytest.mark.parametrize("rule", PAIR_RULES, ids=lambda r: r.code)
SHARED = ("bundling.py", "ordering.py")
"""Where rules keep the thresholds that they share."""


def test_every_file_has_a_rule_of_its_own_code():
    assert [r.code for r in rules()] == [f.name.split("_")[0].upper() for f in FILES]


@each_rule
def test_a_rule_says_what_it_is(rule):
    assert re.fullmatch(r"[OB]\d\d", rule.code)
    assert (rule.kind == "opportunity") == rule.code.startswith("O")
    assert rule.version >= 1
    for text in (rule.title_nl, rule.title_en, rule.condition_nl, rule.condition_en):
        assert text.strip()
    assert rule.source.startswith(("[C]", "[S]", "[M]", "[D]"))
    assert dataclasses.is_dataclass(rule)
    with pytest.raises(dataclasses.FrozenInstanceError):
        rule.thresholds = ()


@each_pair_rule
def test_a_pair_rule_asks_and_solves_what_there_is(rule):
    assert rule.needs <= COSTLY
    assert rule.solves <= {r.code for r in rules() if r.kind == "bottleneck"}
    assert not (rule.solves and rule.kind == "bottleneck")


@each_rule
def test_thresholds_are_whole(rule):
    names = [t.name for t in rule.thresholds]
    assert len(set(names)) == len(names)
    for t in rule.thresholds:
        assert t.source.startswith(("[C]", "[S]", "[M]", "[D]"))
        assert t.nl.strip()
        assert t.en.strip()
        assert t.least <= t.value <= t.most


@each_pair_rule
def test_reach_is_that_of_pairs_and_bounded_for_every_parameter(rule):
    widest = rule.with_parameters({t.name: t.most for t in rule.thresholds if np.isfinite(t.most)})
    for each in (rule, widest):
        assert 0 <= each.reach_m <= MOST_REACH_M
        assert each.reach_days >= 0
        for search in each.searches(Subject.of(works_of([]))):
            assert search.reach_m <= each.reach_m
            assert search.reach_days <= each.reach_days


@each_rule
def test_every_threshold_has_cases_on_either_side(rule):
    path = ROOT / "tests/spatial/rules" / f"test_{rule.code.lower()}.py"
    cases = path.read_text()
    for t in rule.thresholds:
        assert t.name in cases, f"{path.name} has no case for {t.name}"
    assert "parametrize" in cases


@each_rule
def test_every_threshold_decides_something(rule):
    """A threshold that the code never reads is a promise that nobody keeps."""
    sources = [
        FILES[[r.code for r in rules()].index(rule.code)],
        *(ROOT / "spatial" / name for name in SHARED),
    ]
    code = "".join(f.read_text() for f in sources)
    for t in rule.thresholds:
        assert f'value("{t.name}")' in code


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_rules_do_not_import_rules_nor_loop_over_pairs(file):
    tree = ast.parse(file.read_text())
    imported = [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    assert not [m for m in imported if m.startswith("spatial.rules")]
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and function.name in ("hits", "wants"):
            assert not [n for n in ast.walk(function) if isinstance(n, (ast.For, ast.While))]


@each_rule
def test_a_wrong_parameter_is_refused(rule):
    with pytest.raises(ParameterRefused):
        rule.with_parameters({"no_such": 1.0})
    for t in rule.thresholds:
        with pytest.raises(ParameterRefused):
            rule.with_parameters({t.name: t.least - 1})
    with pytest.raises(ParameterRefused):
        configured(parameters={"X99": {}})


@pytest.fixture(scope="module")
def meeting():
    """Two streets in which every rule over pairs finds something."""
    line, other = (shapely.LineString([(0, y), (100, y)]) for y in (0, 500))
    block = shapely.box(0, 510, 100, 530)
    street = {"footprint": line.buffer(3, cap_style="flat"), "precision": "quarter"}
    works = [
        Planned(line, 0, 30, organisation=1, facility="unknown", **street),
        Planned(line, 10, 40, organisation=2, **street),
        Planned(line, 50, 80, organisation=3, facility="paving", **street),
        Planned(line, 1_500, 1_600, organisation=4, planning_status="idea", **street),
    ]
    street |= {"footprint": other.buffer(3, cap_style="flat"), "road_impact": "closed"}
    works += [
        Planned(other, 0, 30, organisation=5, facility="heat", activity="new", **street),
        Planned(other, 40, 70, organisation=6, planning_status="idea", **street),
        Planned(other, 40, 70, organisation=7, facility="water", **street),
    ]
    street |= {"footprint": block}
    works += [
        Planned(block, 0, 90, organisation=8, facility="housing", activity="renovate", **street),
        Planned(block, 0, 90, organisation=9, facility="development", **street),
    ]
    return works, detect(works_of(works), rules=PAIR_RULES, threads=1)


def _pair_text(works, findings, row):
    sides = [
        WorkText(
            f"Werk {n}",
            f"Organisatie {n}",
            works[n].facility,
            works[n].activity,
            works[n].start,
            works[n].end,
            works[n].precision,
            works[n].planning_status,
        )
        for n in (findings.first[row], findings.second[row])
    ]
    measures = {k: float(v[row]) for k, v in findings.measures.items() if not np.isnan(v[row])}
    return PairText(*sides, int(findings.start[row]), int(findings.end[row]), measures)


@each_pair_rule
def test_a_finding_explains_itself_in_both_languages(rule, meeting):
    works, findings = meeting
    rows = np.flatnonzero(findings.rule == findings.codes.index(rule.code))
    assert len(rows)
    for row in rows:
        said = rule.explain(_pair_text(works, findings, row))
        for text in (said.nl, said.en, said.title_nl, said.title_en):
            assert "nan" not in text.split()
            assert "  " not in text
            assert "{" not in text
        assert "Organisatie" in said.nl
        assert "Organisatie" in said.en
        assert re.search(r"\b197\d\b", said.nl)
        assert re.search(r"\b197\d\b", said.en)
        assert said.nl != said.en
        assert said.nl.endswith(".")
        assert said.en.endswith(".")
        unknown = any(
            works[n].facility == "unknown" for n in (findings.first[row], findings.second[row])
        )
        assert ("niet bekend" in said.nl) == unknown
        assert ("not known" in said.en) == unknown
        assert "ligt nog niet vast" in said.nl


@each_pair_rule
def test_findings_have_scores_and_known_columns(rule, meeting):
    _, findings = meeting
    rows = findings.rule == findings.codes.index(rule.code)
    assert set(MEASURE_COLUMNS) <= set(findings.measures)
    assert ((findings.score[rows] >= 0) & (findings.score[rows] <= 100)).all()
    assert (np.round(findings.score[rows], 1) == findings.score[rows]).all()
    assert (findings.end[rows] > findings.start[rows]).all()


def test_the_page_of_rules_is_true():
    assert (ROOT / "docs/rules.md").read_text() == markdown(), (
        "kansenkaart rules --markdown > docs/rules.md"
    )


LAYER_READ = re.compile(
    r"""objects\(\s*"(\w+)"|"(\w+)" (?:not )?in situation\.context|context\[\s*"(\w+)\""""
)


@pytest.mark.parametrize(
    "rule", [r for r in rules() if isinstance(r, WideRule)], ids=lambda r: r.code
)
def test_a_rule_names_every_layer_that_it_reads(rule):
    """Else it finds other things beside other rules, and shows what the layer keeps to partners."""
    (file,) = ROOT.glob(f"spatial/rules/{rule.code.lower()}_*.py")
    read = {name for names in LAYER_READ.findall(file.read_text()) for name in names if name}
    assert read <= rule.context | rule.any_context | rule.may_use
