"""Trees, with what they need around them."""

from spatial.context import ContextField, ContextLayer

LAYER = ContextLayer(
    id="trees",
    nl="Bomen",
    en="Trees",
    shape="point",
    fields=(
        ContextField(
            "crown_radius_m",
            "number",
            "Kroonstraal (m)",
            "Crown radius (m)",
            ("kroonstraal", "kroonstraal_m"),
            least=0.05,
            most=25.0,
            scaled=(
                ("kroondiameter", 0.5, 0.0),
                ("kroondiameter_m", 0.5, 0.0),
                ("kroonbreedte", 0.5, 0.0),
                ("crown_diameter_m", 0.5, 0.0),
                ("diameter_crown", 0.5, 0.0),
            ),
        ),
        ContextField(
            "is_protected",
            "boolean",
            "Beschermd",
            "Protected",
            ("beschermd", "monumentaal", "protected", "beschermde_boom"),
        ),
        ContextField(
            "species",
            "text",
            "Soort",
            "Species",
            ("boomsoort", "soort", "soortnaam", "species_name"),
        ),
        ContextField(
            "planted_year",
            "integer",
            "Plantjaar",
            "Year planted",
            ("plantjaar", "jaar_aanplant"),
            least=1000,
            most=2200,
        ),
    ),
    note_nl="Bomenregister van de gemeente of BGT; de wortelzone is de kroon en 1,5 m (B16).",
    note_en="The municipality's tree register; roots reach to the crown and 1.5 m (B16).",
    name_field="species",
)
