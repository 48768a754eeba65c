"""Bundles: works of several organisations that can be done in one go."""

from __future__ import annotations

from sqlalchemy import Double, case, cast, func

from app.layer import Layer, Property, Text
from app.several_works import parties_and_days, questions_about, seen_by
from app.tables import bundles

STATES = ("proposed", "accepted", "rejected", "dissolved")


def _number(name: str, nl: str, en: str, *, unit: str = "", note: Text | None = None) -> Property:
    return Property(name, bundles.c[name], Text(nl, en), "number", unit=unit, description=note)


def _days(name: str, nl: str, en: str) -> Property:
    return Property(name, cast(bundles.c[name], Double), Text(nl, en), "number", unit="d")


_RANGE = Text(
    "Schatting; zie de laagste en hoogste waarde.", "An estimate; see the low and high value."
)
_FITS = case((bundles.c.feasible, "yes"), else_="no")

PROPERTIES: tuple[Property, ...] = (
    Property("id", bundles.c.id, Text("Id", "Id"), format="uuid"),
    Property("title", bundles.c.title_nl, Text("Titel", "Title"), column_en=bundles.c.title_en),
    Property(
        "explanation",
        bundles.c.explanation_nl,
        Text("Uitleg", "Explanation"),
        column_en=bundles.c.explanation_en,
        sorts=False,
    ),
    _number("score", "Score", "Score", note=Text("Van 0 tot 100.", "From 0 to 100.")),
    Property("state", bundles.c.state, Text("Stand", "State"), words=STATES),
    Property(
        "feasible",
        _FITS,
        Text("Past in een slot", "Fits in a slot"),
        words=("yes", "no"),
        description=Text(
            "Bij 'no' zegt de uitleg welke speelruimte te kort is.",
            "With 'no' the explanation says which window is too short.",
        ),
    ),
    *parties_and_days(bundles),
    _number("saving_eur", "Besparing (€)", "Saving (€)", note=_RANGE),
    _number("saving_low_eur", "Besparing, laag (€)", "Saving, low (€)"),
    _number("saving_high_eur", "Besparing, hoog (€)", "Saving, high (€)"),
    _number("probability", "Kans dat het doorgaat", "Probability"),
    _days("shift_days", "Te schuiven dagen", "Days to shift"),
    _days("lacking_days", "Dagen te kort", "Days lacking"),
    Property(
        "misfit",
        case((func.jsonb_array_length(bundles.c.misfit) > 0, "yes"), else_="no"),
        Text("Afspraak past niet meer", "Agreement no longer fits"),
        words=("yes", "no"),
    ),
)

LAYER = Layer(
    id="bundles",
    title=Text("Bundels", "Bundles"),
    description=Text(
        "Werken van meer dan één organisatie die in één keer kunnen, met een slot dat in ieders "
        "speelruimte past; en wat daar net niet in past, met de reden.",
        "Works of more than one organisation that can be done in one go, with a slot within "
        "every window; and what only just does not fit, with the reason.",
    ),
    geometry_type="MultiPolygon",
    properties=PROPERTIES,
    questions=questions_about(bundles),
    source=bundles,
    table=bundles,
    indexed=bundles.c.geometry,
    geometry=bundles.c.geometry,
    geometry_4326=bundles.c.geometry_4326,
    condition=bundles.c.state.in_(("proposed", "accepted")),
    sees=seen_by(bundles),
    period=bundles.c.period,
)
