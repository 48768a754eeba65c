"""The boundary of the partnership that programmes together."""

from spatial.context import ContextField, ContextLayer

LAYER = ContextLayer(
    id="partnership_areas",
    nl="Gebied van het programmeerverband",
    en="Area of the partnership",
    shape="polygon",
    fields=(
        ContextField(
            "partnership",
            "text",
            "Programmeerverband",
            "Partnership",
            ("programmeerverband", "samenwerking"),
        ),
        ContextField(
            "agreement", "text", "Overeenkomst", "Agreement", ("overeenkomst", "convenant")
        ),
        ContextField(
            "members",
            "text",
            "Deelnemers (namen, door puntkomma's gescheiden)",
            "Members (names, parted by semicolons)",
            ("deelnemers", "partijen", "partners"),
        ),
    ),
    note_nl="De grens uit het convenant; werk dat er overheen gaat vraagt om de buren (B27).",
    note_en="The boundary in the agreement; work that crosses it needs the neighbours (B27).",
    name_field="partnership",
)
