"""Fresh pavement, and until when nobody may break it open."""

from spatial.context import ContextField, ContextLayer

LAYER = ContextLayer(
    id="recent_paving",
    nl="Nieuwe verharding en graafrust",
    en="Recent paving and no-dig periods",
    shape="any",
    fields=(
        ContextField(
            "completed_on",
            "day",
            "Laatste dag van de aanleg",
            "Last day of the paving",
            (
                "oplevering",
                "opgeleverd",
                "opleverdatum",
                "datum_oplevering",
                "jaar_aanleg",
                "completed",
                "completion_date",
            ),
        ),
        ContextField(
            "no_dig_days",
            "integer",
            "Graafrust (dagen)",
            "No-dig period (days)",
            ("graafrust_dagen", "graafrust", "no_dig", "breekverbod_dagen"),
            least=1,
            most=36_525,
            scaled=(
                ("graafrust_jaar", 365.25, 0.0),
                ("graafrust_jaren", 365.25, 0.0),
                ("no_dig_years", 365.25, 0.0),
                ("breekverbod_jaren", 365.25, 0.0),
            ),
        ),
        ContextField(
            "material",
            "text",
            "Verharding",
            "Pavement",
            ("verharding", "verhardingssoort", "materiaal", "pavement"),
        ),
    ),
    note_nl="Uit het beheersysteem van de wegen (jaar van aanleg) en breekverboden. De graafrust "
    "begint de dag na de aanleg en duurt zo veel dagen; zonder aantal geldt dat van de "
    "regel (B02, O06).",
    note_en="From the road management system (year laid) and excavation moratoria. The no-dig "
    "period begins the day after the paving and lasts so many days; without a number that "
    "of the rule holds (B02, O06).",
    has_period=True,
)
