"""Money per organisation and year, and per project where works say so."""

from spatial.context import ContextField, ContextLayer

LAYER = ContextLayer(
    id="budgets",
    nl="Budgetten",
    en="Budgets",
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
        ContextField("project_key", "integer", "Project", "Project", computed=True),
        ContextField(
            "year",
            "integer",
            "Jaar",
            "Year",
            ("jaar", "begrotingsjaar"),
            required=True,
            least=2000,
            most=2200,
        ),
        ContextField(
            "amount_eur",
            "number",
            "Bedrag (€)",
            "Amount (€)",
            ("bedrag", "budget", "amount", "bedrag_eur"),
            required=True,
            least=0.0,
            most=1e12,
            scaled=(
                ("bedrag_keur", 1000.0, 0.0),
                ("amount_keur", 1000.0, 0.0),
                ("bedrag_meur", 1e6, 0.0),
            ),
        ),
        ContextField(
            "state",
            "text",
            "Stand",
            "State",
            ("stand", "status"),
            words=("requested", "reserved", "allotted"),
            spellings=(
                ("aangevraagd", "requested"),
                ("gereserveerd", "reserved"),
                ("toegekend", "allotted"),
                ("vastgesteld", "allotted"),
            ),
            default="requested",
        ),
    ),
    note_nl="Uit de begroting, als tabel. Regels zonder project zijn het jaarbudget van de "
    "organisatie; met project zijn ze het aandeel in dat werk (B10, B11).",
    note_en="From the budget, as a table. Lines without a project are the organisation's budget of "
    "that year; with a project they are its share in that work (B10, B11).",
)
