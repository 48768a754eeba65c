"""All works as the polygons that count: footprints."""

from app.layer import Layer, Text
from app.tables import works
from app.work_layer import PROPERTIES, SOURCE, STANDING, sees

LAYER = Layer(
    id="works",
    title=Text("Werken (werkvlak)", "Works (footprint)"),
    description=Text(
        "Alle werken met het vlak waarmee wordt gerekend: lijnen en punten op de breedte van hun "
        "voorziening, vlakken zoals aangeleverd.",
        "All works with the polygon that counts: lines and points as wide as their facility, "
        "polygons as delivered.",
    ),
    geometry_type="MultiPolygon",
    properties=PROPERTIES,
    source=SOURCE,
    table=works,
    indexed=works.c.footprint,
    geometry=works.c.footprint,
    geometry_4326=works.c.footprint_4326,
    condition=STANDING,
    sees=sees,
    period=works.c.period,
    valid_periods=works.c.valid_periods,
)
