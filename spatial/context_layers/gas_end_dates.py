"""Neighbourhoods that leave natural gas, and when."""

from spatial.context import ContextField, ContextLayer

LAYER = ContextLayer(
    id="gas_end_dates",
    nl="Einddatum aardgas",
    en="Gas end dates",
    shape="polygon",
    fields=(
        ContextField(
            "gas_ends_on",
            "day",
            "Laatste dag met aardgas",
            "Last day of gas",
            (
                "einddatum",
                "einddatum_gas",
                "aardgasvrij",
                "aardgasvrij_in",
                "jaar_aardgasvrij",
                "end_date",
                "gas_end",
            ),
            required=True,
        ),
        ContextField(
            "status",
            "text",
            "Stand",
            "Status",
            ("stand", "besluit"),
            words=("proposed", "adopted"),
            spellings=(
                ("voorstel", "proposed"),
                ("concept", "proposed"),
                ("vastgesteld", "adopted"),
                ("besloten", "adopted"),
                ("definitief", "adopted"),
            ),
            default="proposed",
        ),
        ContextField(
            "alternative",
            "text",
            "Alternatief",
            "Alternative",
            ("alternatief", "warmteoplossing"),
            words=("heat_network", "all_electric", "hybrid", "unknown"),
            spellings=(
                ("warmtenet", "heat_network"),
                ("volledig elektrisch", "all_electric"),
                ("hybride", "hybrid"),
                ("onbekend", "unknown"),
            ),
            default="unknown",
        ),
    ),
    note_nl="Uit het warmteprogramma of wijkuitvoeringsplan van de gemeente. Een jaar geldt als 31 "
    "december (O09).",
    note_en="From the municipality's heat programme or neighbourhood plan. A year counts as 31 "
    "December (O09).",
)
