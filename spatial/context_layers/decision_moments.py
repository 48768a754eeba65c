"""When each organisation decides on its programme and budget."""

from spatial.context import ContextField, ContextLayer

LAYER = ContextLayer(
    id="decision_moments",
    nl="Beslismomenten",
    en="Decision moments",
    shape="none",
    fields=(
        ContextField(
            "organisation",
            "text",
            "Organisatie",
            "Organisation",
            ("organisatie", "partij"),
            required=True,
        ),
        ContextField("organisation_key", "integer", "Organisatie", "Organisation", computed=True),
        ContextField(
            "decided_on",
            "day",
            "Datum van het besluit",
            "Day of the decision",
            ("datum", "besluitdatum", "day", "moment"),
            required=True,
        ),
        ContextField(
            "document",
            "text",
            "Document",
            "Document",
            ("stuk",),
            words=("framework_note", "programme_budget", "investment_plan", "annual_plan", "other"),
            spellings=(
                ("kadernota", "framework_note"),
                ("voorjaarsnota", "framework_note"),
                ("perspectiefnota", "framework_note"),
                ("begroting", "programme_budget"),
                ("programmabegroting", "programme_budget"),
                ("investeringsplan", "investment_plan"),
                ("jaarplan", "annual_plan"),
                ("overig", "other"),
            ),
            default="other",
        ),
        ContextField(
            "is_decided", "boolean", "Besloten", "Decided", ("besloten", "genomen", "decided")
        ),
    ),
    note_nl="De planning- en controlcyclus van elke partij: kadernota, begroting, investeringsplan "
    "(B11 en B23).",
    note_en="The planning and control cycle of each party: framework note, budget, investment plan "
    "(B11 and B23).",
)
