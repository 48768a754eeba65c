"""Which column is proposed for which field, what is asked, and what a given mapping decides."""

import json

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from spatial.errors import MappingRefused
from spatial.mapping import Mapping, fingerprint, propose
from spatial.mapping.names import date_name, score_name
from spatial.reader import RawBatch, RawLayer

PLACES = [shapely.Point(4.5, 52.1), shapely.Point(4.6, 52.2), shapely.Point(4.7, 52.3)]


def proposed(columns, *, own=True, saved=None, standard=None, name="works"):
    count = len(next(iter(columns.values()))) if columns else 0
    geometry = None
    if own:
        geometry = np.empty(count, dtype=object)
        geometry[:] = PLACES[:count]
    batch = RawBatch(np.arange(1, count + 1), columns, geometry)
    layer = RawLayer(name, None, tuple(columns), iter([batch]), mapping=standard)
    return propose(layer, batch, saved=Mapping.from_json(saved) if saved is not None else None)


def asked(mapping):
    return {q.field: q.candidates for q in mapping.asked}


DAYS = ["2027-03-01", "2027-04-05", "2027-05-17"]
LATER = ["2027-04-01", "2027-06-05", "2027-08-17"]


# -- dates -----------------------------------------------------------------------------


def test_planned_dates_are_preferred_to_actual_ones():
    mapping = proposed(
        {"actual-start": DAYS, "actual-end": LATER, "planned-start": DAYS, "planned-end": LATER}
    )
    assert (mapping.column("start"), mapping.column("end")) == ("planned-start", "planned-end")


@pytest.mark.parametrize(
    "column",
    [
        "aanmaakdatum",
        "creationDate",
        "date_maj",
        "laatstGewijzigd",
        "datumAanvraag",
        "publicatiedatum",
        "confirmedDate",
    ],
)
def test_dates_of_the_administration_are_never_start_or_end(column):
    mapping = proposed({column: DAYS, "naam": ["a", "b", "c"]})
    assert not {"start", "end", "period"} & set(mapping.matches)


def test_the_two_of_a_pair_have_the_same_rest_of_the_name():
    mapping = proposed(
        {"datumVan": DAYS, "datumObjectVan": DAYS, "datumObjectTm": LATER, "datumTm": LATER}
    )
    assert (mapping.column("start"), mapping.column("end")) == ("datumVan", "datumTm")


def test_two_equal_pairs_are_asked():
    mapping = proposed({"startdatum": DAYS, "begindatum": LATER, "einddatum": LATER})
    assert asked(mapping)["start"] == ("startdatum", "begindatum")
    assert mapping.column("start") is None


def test_the_values_decide_whether_from_and_to_are_dates():
    streets = {"From": ["Roosevelt", "Western", "Grand"], "To": ["Damen", "Belmont", "Ashland"]}
    assert not {"start", "end"} & set(proposed(streets).matches)
    days = proposed({"From": DAYS, "To": LATER})
    assert (days.column("start"), days.column("end")) == ("From", "To")


def test_an_unnamed_column_of_dates_is_asked():
    assert asked(proposed({"kolom3": DAYS, "naam": ["a", "b", "c"]}))["start"] == ("kolom3",)


def test_a_period_in_one_column_is_known_by_its_values():
    mapping = proposed({"ligne4": ["Du 01/02/2022 au 03/02/2022", "Du 17/02/2022 au 03/03/2022"]})
    assert mapping.column("period") == "ligne4"


def test_the_order_of_day_and_month_is_shared_by_the_columns_of_a_file():
    mapping = proposed({"start": ["03/04/2027", "05/06/2027"], "end": ["03/25/2027", "06/30/2027"]})
    assert {m.order for m in mapping.matches.values()} == {"month_first"}
    assert not mapping.asked


def test_an_undecidable_order_is_asked():
    mapping = proposed({"start": ["03/04/2027", "05/06/2027"], "end": ["03/05/2027", "06/07/2027"]})
    assert set(asked(mapping)) == {"start", "end"}
    assert mapping.fields["start"].order == "either"


# -- places ----------------------------------------------------------------------------

SQUARE = (
    '{"type": "Polygon", "coordinates": [[[2.3, 48.8], [2.4, 48.8], [2.4, 48.9], [2.3, 48.8]]]}'
)


def test_a_shape_is_preferred_to_a_point_beside_it():
    mapping = proposed({"geo_point_2d": ["48.8, 2.3"] * 2, "geo_shape": [SQUARE] * 2}, own=False)
    assert (mapping.column("geometry"), mapping.fields["geometry"].notation) == (
        "geo_shape",
        "geojson",
    )


def test_a_pair_of_coordinates_in_one_column():
    mapping = proposed({"geo_point_2d": ["48.8, 2.3", "48.9, 2.4"]}, own=False)
    assert mapping.fields["geometry"].notation == "lat-lon"


def test_prices_with_a_comma_are_no_place():
    assert "geometry" not in proposed({"prijs": ["48,8", "2,3"]}, own=False).matches


def test_longitude_and_latitude():
    mapping = proposed({"LAT": ["52,1", "52,2"], "Long": ["4,5", "4,6"]}, own=False)
    assert (mapping.column("x"), mapping.column("y")) == ("Long", "LAT")


def test_geometry_of_the_file_needs_no_column():
    mapping = proposed({"longitude": [4.5, 4.6, 4.7], "latitude": [52.1, 52.2, 52.3]})
    assert not {"geometry", "x", "y"} & set(mapping.matches)


@pytest.mark.parametrize(
    ("columns", "crs"),
    [
        ({"geo_shape": [SQUARE] * 2}, "OGC:CRS84"),
        ({"wkt": ["SRID=27700;POINT (1 2)", "SRID=27700;POINT (3 4)"]}, "EPSG:27700"),
        ({"wkt": ["POINT (1 2)", "POINT (3 4)"]}, None),
        ({"lat": ["52,1"], "lon": ["4,5"]}, "OGC:CRS84"),
        ({"x": [155000], "y": [463000]}, None),
        ({"x": [4.5], "y": [52.1]}, None),
        ({"latitude": [463000], "longitude": [155000]}, None),
    ],
)
def test_the_place_columns_may_say_their_crs(columns, crs):
    assert proposed(columns, own=False).crs == crs


# -- texts and words -------------------------------------------------------------------


def test_a_contractor_is_not_the_organisation():
    mapping = proposed(
        {
            "aannemer": ["Bouw BV", "Graaf BV", "Weg NV"],
            "opdrachtgever": ["Vitens", "Liander", "Vitens"],
        }
    )
    assert mapping.column("organisation") == "opdrachtgever"
    assert asked(proposed({"aannemer": ["Bouw BV", "Graaf BV", "Weg NV"]}))["organisation"] == (
        "aannemer",
    )


def test_a_unique_column_is_the_reference():
    mapping = proposed(
        {"Identifiant Chantier": ["7", "7", "8"], "Référence Chantier": ["a", "b", "c"]}
    )
    assert mapping.column("reference") == "Référence Chantier"


def test_one_column_may_fill_facility_and_activity():
    mapping = proposed(
        {"typeWerkzaamheden": ["Vervangen riool", "Leggen gasleiding", "Herinrichting"]}
    )
    assert mapping.column("facility") == mapping.column("activity") == "typeWerkzaamheden"


def test_codes_without_a_list_are_asked_and_known_ones_are_not():
    codes = {"statut": ["1", "2", "5"]}
    assert asked(proposed(codes))["planning_status"] == ("statut",)
    paris = proposed({**codes, "niveau_perturbation": ["1", "2", "1"]})
    assert paris.fields["planning_status"].words["5"] == "completed"


def test_words_nobody_knows_are_asked():
    assert "facility" in asked(proposed({"voorziening": ["xyz", "qqq", "zzz"]}))


def test_personal_data_are_named():
    columns = {
        "Projectleider": ["Jan", "Piet", "An"],
        "tel.": ["06-12345678", "071-1234567", "06-87654321"],
        "info": ["a@b.nl", "c@d.nl", "e@f.nl"],
        "naam": ["a", "b", "c"],
    }
    assert proposed(columns).personal == ("Projectleider", "tel.", "info")


def test_days_and_references_are_no_telephone_numbers():
    columns = {
        "referentie": ["0012-2031-44", "0013-2031-45"],
        "titel": ["Riool Kade", "Water Singel"],
        "startdatum": ["01-04-2031", "02-05-2031"],
        "einddatum": ["01-06-2031", "02-07-2031"],
        "gezien": ["03-04-2030", "04-05-2030"],
        "nog iets": ["071-5123456", "071-5123457"],
    }
    mapping = proposed(columns)
    assert mapping.personal == ("nog iets",)
    assert mapping.matches["reference"].column == "referentie"
    assert mapping.matches["start"].column == "startdatum"
    assert mapping.matches["end"].column == "einddatum"


# -- amounts ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "factor"),
    [
        ("Raming", 1),
        ("Kosten (€)", 1),
        ("Raming (x 1.000)", 1000),
        ("Kosten in k€", 1000),
        ("Budget mln euro", 1e6),
        ("Coût (k€)", 1000),
    ],
)
def test_the_unit_of_costs_stands_in_the_name(column, factor):
    match = proposed({column: ["100", "250", "12,5"]}).fields["cost_eur"]
    assert (match.column, match.factor) == (column, factor)


@pytest.mark.parametrize("column", ["cost", "combined_total", "original_budget"])
def test_costs_without_a_currency_are_asked(column):
    mapping = proposed({column: [500, 1000, 250]})
    assert "cost_eur" not in mapping.matches
    assert asked(mapping)["cost_eur"] == (column,)
    (question,) = [q for q in mapping.asked if q.field == "cost_eur"]
    assert question.text["nl"].startswith(f"Wat is de eenheid van de kosten in “{column}”?")
    assert question.text["en"].startswith(f"What is the unit of the cost in “{column}”?")


@pytest.mark.parametrize("column", ["cost_usd", "total cost ($)", "budget GBP"])
def test_other_currencies_are_left_alone(column):
    mapping = proposed({column: [500, 1000, 250]})
    assert not mapping.matches
    assert not mapping.asked


def test_costs_by_year():
    columns = {"Raming 2027 (x € 1.000)": [1, 2, 3], "Raming 2028 (x € 1.000)": [4, 5, 6]}
    mapping = proposed(columns)
    assert {f: m.factor for f, m in mapping.matches.items()} == {
        "cost_eur_2027": 1000,
        "cost_eur_2028": 1000,
    }
    assert "cost_eur" in asked(proposed({"2027": [1, 2, 3], "2028": [4, 5, 6]}))


# -- given and saved -------------------------------------------------------------------

FILE = {
    "Begin": DAYS,
    "Eind": LATER,
    "Soort": ["riool", "gas", "water"],
    "Nr": ["1", "2", "3"],
    "Iets": ["a", "b", "c"],
}


def test_a_given_mapping_wins_and_the_rest_is_proposed():
    mapping = proposed(FILE, saved={"title": "Iets", "facility": None, "start": "begin"})
    assert mapping.fields["title"].how == "given"
    assert mapping.fields["facility"] is None
    assert mapping.column("start") == "Begin"
    assert mapping.column("end") == "Eind"
    assert mapping.column("reference") == "Nr"


def test_a_constant_needs_no_column():
    mapping = proposed(
        FILE, saved={"constants": {"facility": "riool", "organisation": "Gemeente X"}}
    )
    assert mapping.constants == {"facility": "sewer", "organisation": "Gemeente X"}
    assert mapping.column("facility") is None


def test_a_saved_mapping_for_the_same_columns_is_used_as_it_is():
    first = proposed(FILE, saved={"title": "Iets"})
    again = proposed(FILE, saved=json.loads(json.dumps(first.to_json())))
    assert again == Mapping.from_json(first.to_json())


def test_a_saved_mapping_helps_with_other_columns():
    first = proposed(FILE, saved={"title": "Iets", "description": "Soort"})
    columns = {**{k: v for k, v in FILE.items() if k != "Soort"}, "Nieuw": ["x", "y", "z"]}
    mapping = proposed(columns, saved=first.to_json())
    assert mapping.fields["title"].how == "saved"
    assert "description" not in mapping.matches


def test_a_mapping_may_differ_by_layer():
    told = {"fields": {"title": "Iets"}, "layers": {"gas": {"title": "Soort"}}}
    assert proposed(FILE, saved=told).column("title") == "Iets"
    assert proposed(FILE, saved=told, name="gas").column("title") == "Soort"


def test_a_standard_format_is_taken_as_it_is():
    mapping = proposed(FILE, standard={"title": "Iets"})
    assert {f: (m.column, m.how, m.confidence) for f, m in mapping.matches.items()} == {
        "title": ("Iets", "standard", 1.0)
    }


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"strat": "Begin"}, "Did you mean “start”"),
        ({"start": "Beginn"}, "Did you mean “Begin”"),
        ({"start": {"kolom": "Begin"}}, "needs a column name"),
        ({"start": {"column": "Begin", "ordre": "x"}}, "Did you mean “order”"),
        ({"start": {"column": "Begin", "order": "year_first"}}, "one of day_first, month_first"),
        ({"facility": {"column": "Soort", "words": {"a": "sewr"}}}, "Did you mean “sewer”"),
        ({"title": {"column": "Iets", "words": {"a": "b"}}}, "no vocabulary"),
        ({"cost_eur": {"column": "Nr", "factor": "veel"}}, "number"),
        ({"constants": {"geometry": "x"}}, "one value for the whole file"),
        ({"constants": {"facility": "vuurwerk"}}, "is no facility"),
        ({"fields": ["start"]}, "JSON object"),
        (["start"], "JSON object"),
        ({"asked": [{}]}, "question"),
    ],
)
def test_a_mapping_with_a_fault_is_refused_with_a_hint(told, message):
    with pytest.raises(MappingRefused, match=message):
        proposed(FILE, saved=told)


# -- names -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "side"),
    [
        ("datumStartUitvoering", "start"), ("BEGINDATUM", "start"), ("S_DATE", "start"), ("debutchantier", "start"),
        ("Début trvx", "start"), ("Bst_baubeginn", "start"), ("DATUM_VON", "start"), ("issuedworkstartdate", "start"),
        ("Sperrung_von", "start"), ("start_dt", "start"), ("date_deb", "start"), ("overallStartTime", "start"),
        ("datumEindeUitvoering", "end"), ("einddatum", "end"), ("E_DATE", "end"), ("finchantier", "end"),
        ("Bst_geplantes_bauende", "end"), ("DATUM_BIS", "end"), ("comp_date", "end"), ("tentative_end_date", "end"),
        ("Baustellen_Ende", "end"), ("datumTm", "end"), ("oplevering", "end"),
    ],
)  # fmt: skip
def test_the_side_of_a_date_in_four_languages(column, side):
    assert date_name(column).side == side


@pytest.mark.parametrize(
    "column",
    [
        "Startpunt",
        "begin_km",
        "van_straat",
        "status",
        "is_start_date_verified",
        "datum",
        "eindgebruiker_id",
    ],
)
def test_names_that_are_no_date(column):
    assert date_name(column) is None


def test_the_digest_of_columns_forgives_case_accents_and_order():
    assert fingerprint(["Début", "FIN"]) == fingerprint(["fin", "debut"])
    assert fingerprint(["a", "b"]) != fingerprint(["a", "c"])


@given(st.text(max_size=30))
def test_any_name_has_scores_between_nothing_and_certain(column):
    assert all(0 < score <= 1 for score in score_name(column).values())
    named = date_name(column)
    assert named is None or named.side in ("start", "end")


CELLS = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.integers(),
    st.floats(),
    st.sampled_from(["2027-01-01", "riool", "1,5"]),
)
NAMES = st.one_of(
    st.text(min_size=1, max_size=12),
    st.sampled_from(["start", "einddatum", "kosten", "status", "x", "y", "wkt"]),
)


@given(
    st.dictionaries(NAMES, st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=6),
    st.booleans(),
)
def test_any_table_gives_a_mapping_that_survives_json(columns, own):
    mapping = proposed(columns, own=own)
    assert (
        Mapping.from_json(json.loads(json.dumps(mapping.to_json()))).to_json() == mapping.to_json()
    )
    assert all(m.column in columns and 0.7 <= m.confidence <= 1 for m in mapping.matches.values())


# -- what no name leads to -------------------------------------------------------------


def test_a_file_without_names_is_asked_about_and_nothing_is_taken():
    columns = {
        "kolom1": ["P-01", "P-02", "P-03"],
        "kolom2": ["Vervangen riool Kerkstraat", "Nieuwe brug Dorp", "Asfalteren Laan"],
        "kolom3": DAYS,
    }
    mapping = proposed(columns)
    assert mapping.matches == {}
    assert asked(mapping) == {
        "start": ("kolom3",),
        "title": ("kolom2",),
        "reference": ("kolom1",),
        "facility": ("kolom2",),
    }


def test_dates_that_are_mostly_words_are_asked():
    columns = {
        "Start": ["à définir", "En cours", "Après travaux", "T1 2021"],
        "nom": ["a", "b", "c", "d"],
    }
    assert asked(proposed(columns, own=False))["start"] == ("Start",)
