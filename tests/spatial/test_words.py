"""The words of real files, each to its term."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spatial.words import find, find_all, normalise, term_of
from spatial.words.match import VOCABULARIES, _entries, _index

FACILITIES = {
    "sewer": ["Vervanging riolering", "rioolwerkzaamheden", "vrijvervalriool", "E.U.", "Kanalbauarbeiten Hauptstraße",
              "Travaux sur réseau d'assainissement (VdP*)", "huisaansluitingenKabelsLeidingenRiool", "storm sewer"],
    "water": ["drinkwater", "Vervangen waterleiding Breestraat", "A.E.P.", "Travaux sur réseau d'eau", "water main", "Trinkwasserleitung"],
    "electricity": ["Leggen laagspanning", "Netverzwaring", "Réseau électrique", "Stromleitung", "trafohuisje", "ELECTRICITY"],
    "gas": ["gasleiding", "Travaux sur réseau de gaz", "Erdgas", "gas main replacement"],
    "heat": ["Warmte/koude", "warmtenet", "chauffage urbain", "Fernwärmeleitung", "district heating"],
    "telecom": ["glasvezel", "Telecom", "fibre optique", "Glasfaserausbau"],
    "lighting": ["openbare verlichting", "éclairage public", "Street Lighting", "Straßenbeleuchtung"],
    "road": ["REAMENAGEMENT_VOIRIE", "REFECTION_CHAUSSEE", "GENERAL ROADWORKS", "Street Resurfacing", "asfalteren", "Protected Bike Lane"],
    "paving": ["Sidewalk Repair", "bestrating", "Gehwegsanierung", "elementenverharding"],
    "green": ["Parks", "groenvoorziening", "Végétalisation de l'espace public"],
    "trees": ["bomen", "Baumpflege", "laanbomen"],
    "water_management": ["Dijkversterking", "kademuur", "Hochwasserschutz", "waterkering"],
    "structure": ["CREATION_ENTRETIEN_OUVRAGE_ART", "Viaducts", "vervangen brug", "Brückenbau"],
    "housing": ["Renovatie portiekflats", "REHABILITATION_IMMEUBLE", "woningverbetering"],
    "development": ["Nieuwbouw 120 woningen", "CONSTRUCTION_IMMEUBLE", "gebiedsontwikkeling", "Neubau"],
    "public_space": ["Herinrichting centrum", "mobiliers urbains", "public realm"],
    None: ["Gasthuisstraat", "Rioolstraat 12", "Waterlooplein", "EVENEMENTIEL", "Autres travaux", "STREETWORKS", ""],
}  # fmt: skip
STATUSES = {
    "idea": ["idee", "Wens"],
    "indicative": ["indicatief", "initial", "Concept"],
    "provisional": ["voorlopig", "alignmentFinished", "geplant", "planned", "Aanmelding", "in voorbereiding", "prévu"],
    "committed": ["definitief", "final", "published", "Vergunning", "Autorisé", "Future", "Granted", "beschlossen"],
    "under_construction": ["in uitvoering", "running", "in Bau", "En cours", "Ouvert", "Works in progress", "Underway", "in_progress"],
    "completed": ["gereed", "abgeschlossen", "Terminé", "Past", "Installed", "completed"],
    "withdrawn": ["vervallen", "Deleted", "cancelled", "annulé", "ingetrokken"],
    None: ["blauw", "7"],
}  # fmt: skip
IMPACTS = {
    "none": ["Aucun impact", "geen hinder", "all-lanes-open"],
    "footway": ["EMPRISE_TROTTOIR", "footway closed", "trottoir afgesloten"],
    "cycleway": ["EMPRISE_PISTE_CYCLABLE,EMPRISE_TROTTOIR", "fietspad dicht"],
    "parking": ["Interdiction de stationnement", "parkeerplaatsen"],
    "lane": ["some-lanes-closed", "Réduction voirie", "rijstrook dicht"],
    "carriageway_occupied": ["EMPRISE_CHAUSSEE,EMPRISE_TROTTOIR", "RESTREINTE", "Some carriageway incursion"],
    "alternating": ["Alternat par feux", "Multi-way signals", "om en om"],
    "one_direction_closed": ["SENS_UNIQUE", "één richting dicht"],
    "closed": ["Vollsperrung", "BARRAGE_TOTAL", "Road closure", "road_closure", "Fermeture", "weg afgesloten", "Route fermée à la circulation"],
    "unknown": ["keine Sperrung", "Deviation"],
}  # fmt: skip


def cases(table):
    return [(text, term) for term, texts in table.items() for text in texts]


@pytest.mark.parametrize(("text", "term"), cases(FACILITIES))
def test_facility(text, term):
    assert find("facility", text) == term


@pytest.mark.parametrize(("text", "term"), cases(STATUSES))
def test_planning_status(text, term):
    assert find("planning_status", text) == term


@pytest.mark.parametrize(("text", "term"), cases(IMPACTS))
def test_road_impact(text, term):
    assert find("road_impact", text) == term


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("Vervanging riolering", "renew"),
        ("Travaux d'urgence", "urgent_repair"),
        ("Spoedreparatie gaslek", "urgent_repair"),
        ("Immediate - urgent", "urgent_repair"),
        ("Netverzwaring", "reinforce"),
        ("Ophoging Gasthuislaan", "raise"),
        ("Herinrichting Ceintuurbaan", "redesign"),
        ("Branchement linéaire", "new_connection"),
        ("Proefsleuven graven", "survey"),
        ("Verleggen kabels", "relocate"),
        ("Instandsetzung", "repair"),
        ("Fahrbahnerneuerung", "renew"),
    ],
)
def test_activity(text, term):
    assert find("activity", text) == term


@pytest.mark.parametrize("name", VOCABULARIES)
def test_every_term_knows_its_own_words(name):
    for term in VOCABULARIES[name]:
        for text in (term.id, term.nl, term.en):
            assert term_of(name, text) in VOCABULARIES[name]
        assert term_of(name, term.id) == term.id


@pytest.mark.parametrize("name", VOCABULARIES)
def test_the_lists_name_only_terms_that_exist(name):
    assert {term for term, _ in _entries(name)} <= set(VOCABULARIES[name].ids)


@pytest.mark.parametrize("name", VOCABULARIES)
def test_no_phrase_has_two_meanings(name):
    meanings = {}
    for term, entry in _entries(name):
        key = (normalise(entry), entry.endswith("*"), entry.startswith("*"))
        meanings.setdefault(key, set()).add(term)
    assert {k: v for k, v in meanings.items() if len(v) > 1} == {}


@given(st.sampled_from(sorted(VOCABULARIES)), st.text(max_size=60))
def test_any_text_gives_terms_of_the_vocabulary_or_none(name, text):
    found = find(name, text)
    assert found is None or found in VOCABULARIES[name]
    assert all(hit.term in VOCABULARIES[name] for hit in find_all(name, text))


@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing(text):
    assert normalise(normalise(text)) == normalise(text)


@given(st.sampled_from([w for w in _index("facility").phrases if len(w) == 1]))
def test_case_and_accents_do_not_matter(words):
    assert find("facility", words[0].upper()) == find("facility", words[0])
