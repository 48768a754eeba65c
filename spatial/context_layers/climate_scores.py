"""How much a street or area suffers from heat and from rain."""

from spatial.context import ContextField, ContextLayer

LAYER = ContextLayer(
    id="climate_scores",
    nl="Hitte en wateroverlast",
    en="Heat and flood stress",
    shape="polygon",
    fields=(
        ContextField(
            "heat_score",
            "number",
            "Hittestress (0-1)",
            "Heat stress (0-1)",
            ("hitte", "hittestress", "hitte_score", "heat"),
            least=0.0,
            most=1.0,
            scaled=(
                ("hitte_klasse", 0.25, -0.25),
                ("hitteklasse", 0.25, -0.25),
                ("heat_class", 0.25, -0.25),
            ),
        ),
        ContextField(
            "flood_score",
            "number",
            "Wateroverlast (0-1)",
            "Flood stress (0-1)",
            ("wateroverlast", "water", "wateroverlast_score", "flood"),
            least=0.0,
            most=1.0,
            scaled=(
                ("wateroverlast_klasse", 0.25, -0.25),
                ("wateroverlastklasse", 0.25, -0.25),
                ("flood_class", 0.25, -0.25),
            ),
        ),
    ),
    note_nl="Klimaateffectatlas of de stresstest van de gemeente. Een klasse 1-5 wordt (klasse - "
    "1) / 4, zodat klasse 4 boven de drempel van 0,6 ligt en klasse 3 eronder (O07).",
    note_en="The climate impact atlas or the municipality's stress test. A class of 1-5 becomes "
    "(class - 1) / 4, so that class 4 lies above the threshold of 0.6 and class 3 below "
    "(O07).",
)
