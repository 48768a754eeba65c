"""Areas in which the water board keeps one water level."""

from spatial.context import ContextField, ContextLayer

LAYER = ContextLayer(
    id="peil_areas",
    nl="Peilgebieden",
    en="Water level areas",
    shape="polygon",
    fields=(
        ContextField("code", "text", "Code", "Code", ("peilgebied", "gpgident", "peilgebied_code")),
        ContextField(
            "water_board", "text", "Waterschap", "Water board", ("waterschap", "beheerder")
        ),
        ContextField(
            "summer_level_m_nap",
            "number",
            "Zomerpeil (m NAP)",
            "Summer level (m NAP)",
            ("zomerpeil", "gpgzmrpl", "zp"),
            least=-20.0,
            most=350.0,
        ),
        ContextField(
            "winter_level_m_nap",
            "number",
            "Winterpeil (m NAP)",
            "Winter level (m NAP)",
            ("winterpeil", "gpgwntpl", "wp"),
            least=-20.0,
            most=350.0,
        ),
        ContextField(
            "storage_task_m3",
            "number",
            "Bergingsopgave (m3)",
            "Storage task (m3)",
            ("bergingsopgave", "bergingsopgave_m3", "wateropgave_m3"),
            least=0.0,
        ),
    ),
    note_nl="Peilbesluiten van het waterschap (IMWA, PDOK); een bergingsopgave telt als werk van "
    "het waterschap (O16).",
    note_en="The water board's level decisions (IMWA, PDOK); a storage task counts as work of the "
    "water board (O16).",
    name_field="code",
)
