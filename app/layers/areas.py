"""Areas: neighbourhoods, districts, municipalities, provinces and own areas."""

from sqlalchemy import true

from app.layer import Layer, Property, Text
from app.tables import areas
from spatial import vocabulary

LAYER = Layer(
    id="areas",
    title=Text("Gebieden", "Areas"),
    description=Text(
        "Buurten, wijken, gemeenten, provincies en eigen gebieden om in te programmeren. "
        "Gebieden hebben geen periode.",
        "Neighbourhoods, districts, municipalities, provinces and own areas to programme in. "
        "Areas have no period.",
    ),
    geometry_type="MultiPolygon",
    properties=(
        Property("id", areas.c.id, Text("Id", "Id"), format="uuid"),
        Property(
            "level",
            areas.c.level,
            Text("Niveau", "Level"),
            words=vocabulary.AREA_LEVEL.ids,
        ),
        Property("code", areas.c.code, Text("Code", "Code")),
        Property("name", areas.c.name, Text("Naam", "Name")),
        Property("source", areas.c.source, Text("Bron", "Source")),
        Property(
            "updated",
            areas.c.updated_at,
            Text("Laatst gewijzigd", "Last changed"),
            format="date-time",
        ),
    ),
    source=areas,
    table=areas,
    indexed=areas.c.geometry,
    geometry=areas.c.geometry,
    geometry_4326=areas.c.geometry_4326,
    condition=true(),
    sees=lambda _: true(),
)
