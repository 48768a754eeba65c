"""Constraint zones: where and when work is not, or not freely, possible."""

from app.layer import Layer, Property, Text
from app.tables import constraint_zones as zones
from app.tables import organisations
from app.work_layer import first_day, last_day
from spatial import vocabulary

LAYER = Layer(
    id="constraints",
    title=Text("Beperkingen", "Constraints"),
    description=Text(
        "Evenementen, embargo's, gesloten seizoenen en andere zones die werk beperken.",
        "Events, embargoes, closed seasons and other zones that limit works.",
    ),
    geometry_type="MultiPolygon",
    properties=(
        Property("id", zones.c.id, Text("Id", "Id"), format="uuid"),
        Property("reference", zones.c.reference, Text("Kenmerk", "Reference")),
        Property(
            "kind",
            zones.c.kind,
            Text("Soort", "Kind"),
            words=vocabulary.CONSTRAINT_KIND.ids,
        ),
        Property("title", zones.c.title, Text("Titel", "Title")),
        Property(
            "description", zones.c.description, Text("Omschrijving", "Description"), sorts=False
        ),
        Property(
            "organisation",
            organisations.c.slug,
            Text("Organisatie", "Organisation"),
        ),
        Property(
            "start", first_day(zones.c.period), Text("Eerste dag", "First day"), format="date"
        ),
        Property("end", last_day(zones.c.period), Text("Laatste dag", "Last day"), format="date"),
        Property(
            "visibility",
            zones.c.visibility,
            Text("Zichtbaarheid", "Visibility"),
            words=vocabulary.VISIBILITY.ids,
        ),
        Property(
            "updated",
            zones.c.updated_at,
            Text("Laatst gewijzigd", "Last changed"),
            format="date-time",
        ),
    ),
    source=zones.join(organisations, zones.c.organisation_id == organisations.c.id),
    table=zones,
    indexed=zones.c.geometry,
    geometry=zones.c.geometry,
    geometry_4326=zones.c.geometry_4326,
    condition=~zones.c.withdrawn,
    sees=lambda viewer: viewer.sees_rows_of(zones),
    period=zones.c.period,
    valid_periods=zones.c.valid_periods,
)
