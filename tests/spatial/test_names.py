"""Names of organisations, among them the 192 spellings of a real feed."""

import json
import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spatial.names import (
    guess_kind,
    is_collective,
    join_spellings,
    near_misses,
    normalise_name,
    only_facility,
)
from spatial.vocabulary import ORGANISATION_KIND

SHARED = Path(os.environ.get("KANSENKAART_SHARED", Path(__file__).parents[2].parent / "shared"))
PARIS = SHARED / "data/paris-chantiers-perturbants/chantiers-perturbants.geojson"


@pytest.mark.parametrize(
    "spellings",
    [
        (
            "Gemeente Leiden",
            "Gem. Leiden",
            "GEMEENTE LEIDEN",
            "Leiden, gemeente",
            "gemeente  leiden",
        ),
        ("Vitens", "Vitens N.V.", "VITENS NV"),
        ("Müller GmbH", "Muller", "MÜLLER gmbh"),
        ("Groupama -Immo", "GROUPAMA IMMO"),
        ("Ville de Paris", "VILLE DE PARIS"),
    ],
)
def test_spellings_of_one_name_have_one_form(spellings):
    assert len({normalise_name(s) for s in spellings}) == 1


@pytest.mark.parametrize(
    "names",
    [
        ("RATP L11", "RATP L14"),
        ("Gemeente Bergen", "Provincie Bergen"),
        ("Gemeente Beek", "Gemeente Beesd"),
        ("Gemeente Zoetermeer", "Gemeente Zoetemeer"),
        ("STV Sud", "STV Sud Est"),
        ("EDP", "EDF"),
        ("ON-N [RWS Oost-Nederland District Noord]", "ON-Z [RWS Oost-Nederland District Zuid]"),
    ],
)
def test_names_that_may_differ_on_purpose_stay_apart(names):
    joined = join_spellings(names)
    assert all(joined[n] == n for n in names)


def test_the_most_frequent_spelling_names_the_group():
    joined = join_spellings(["EAU DE PARIS", "Eau de Paris", "Eau de Paris", "Eaux de Paris"])
    assert set(joined.values()) == {"Eau de Paris"}


@pytest.mark.skipif(not PARIS.exists(), reason="no shared data beside the repository")
def test_192_spellings_of_paris():
    features = json.loads(PARIS.read_text())["features"]
    names = [f["properties"].get("maitre_ouvrage") for f in features]
    names = [n for n in names if n]
    assert len(set(names)) == 192
    joined = join_spellings(names)
    groups = Counter(joined.values())
    together = {
        tuple(sorted(n for n, c in joined.items() if c == best))
        for best, k in groups.items()
        if k > 1
    }
    assert together == PARIS_GROUPS


PARIS_GROUPS = {
    ("CLIMESPACE", "Climespace"),
    ("CPCU", "Cpcu"),
    ("EAU DE PARIS", "Eau De Paris", "Eau de Paris", "Eau de paris", "Eaux de Paris"),
    ("EDP", "EdP"),
    ("ENEDIS", "Enedis"),
    ("EOLE", "Eole"),
    ("Elogie Siemp", "Elogie-Siemp"),
    ("GRDF", "GrDF"),
    ("Hotel Lutetia", "Hôtel Lutetia"),
    ("NEXITY", "Nexity"),
    ("RATP", "Ratp"),
    ("RATP Ligne 11", "RATP Ligne11"),
    ("SD - Pôle transports", "SD Pole transports", "SD Pôle transports"),
    ("SNCF EOLE", "SNCF/EOLE", "SNCF/Eole"),
    ("STV CENTRE", "STV Centre"),
    (
        "VILLE DE PARIS",
        "Ville De Paris",
        "Ville de PARIS",
        "Ville de Paris",
        "Ville de paris",
        "Ville deParis",
    ),
    ("Ville de Paris - SAGP", "Ville de Paris / SAGP /", "Ville de Paris SAGP"),
    ("DVD - SAGP", "DVD SAGP"),
    ("Vinci Immobilier", "Vinci immobilier"),
}


def test_near_misses_are_told_and_not_joined():
    names = ["Gemeente Zoetermeer", "Gemeente Zoetemeer", "Gemeente Leiden"]
    assert near_misses(names) == [("Gemeente Zoetemeer", "Gemeente Zoetermeer")]
    assert set(join_spellings(names).values()) == set(names)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Gemeente Leiden", "municipality"),
        ("Ville de Paris", "municipality"),
        ("Provincie Zuid-Holland", "province"),
        ("Waterschap Hollandse Delta", "water_board"),
        ("Hoogheemraadschap van Rijnland", "water_board"),
        ("MN-Z [RWS Midden-Nederland District Zuid]", "state"),
        ("Rijkswaterstaat", "state"),
        ("ProRail", "state"),
        ("Liander", "network_operator"),
        ("GrDF", "network_operator"),
        ("CPCU", "network_operator"),
        ("NORTHUMBRIAN WATER", "network_operator"),
        ("Northern Gas Networks", "network_operator"),
        ("BT", "network_operator"),
        ("Voorbeeld Waterbedrijf", "network_operator"),
        ("Woningstichting Ons Doel", "housing_corporation"),
        ("Nexity", "developer"),
        ("Propriétés - Co-propriétés publiques et privées", "other"),
        ("PERSONNE PHYSIQUE", "other"),
        ("Jansen", "unknown"),
    ],
)
def test_kind(name, kind):
    assert guess_kind(name) == kind


@pytest.mark.parametrize(
    "name",
    ["Propriétés privées", "Particulier", "diverse", "Mme Poette", "AUTRES CONCESSIONNAIRES"],
)
def test_names_of_many_or_of_a_person(name):
    assert is_collective(name)


@pytest.mark.parametrize("name", ["Gemeente Leiden", "ENEDIS", "Ville de Paris (autres)"])
def test_names_of_one_organisation(name):
    assert not is_collective(name)


def test_only_owners_of_one_facility_tell_it():
    assert [only_facility(n) for n in ("Vitens N.V.", "CPCU", "GrDF", "Stedin", "Ville de Paris")] == [
        "water", "heat", "gas", None, None,
    ]  # fmt: skip


@given(st.lists(st.text(max_size=25), max_size=20))
def test_joining_is_settled_and_keeps_every_name(names):
    joined = join_spellings(names)
    assert set(joined) == set(names)
    assert set(joined.values()) <= set(names)
    assert all(joined[best] == best for best in joined.values())


@given(st.text(max_size=40))
def test_a_kind_is_always_one_of_ours(name):
    assert guess_kind(name) in ORGANISATION_KIND
    assert normalise_name(normalise_name(name)) == normalise_name(name)
