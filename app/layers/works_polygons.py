"""Works that were uploaded as polygons."""

from app.layer import Layer, Text
from app.tables import works
from app.work_layer import PROPERTIES, SOURCE, VERSIONS, multi, of_dimension, sees

LAYER = Layer(
    id="works-polygons",
    title=Text("Werken als vlak", "Works as polygons"),
    description=Text(
        "Werken die als vlak zijn aangeleverd. Elk werk staat in één van de lagen punten, "
        "lijnen en vlakken.",
        "Works delivered as polygons. Each work is in exactly one of the layers of points, lines "
        "and polygons.",
    ),
    geometry_type="MultiPolygon",
    properties=PROPERTIES,
    source=SOURCE,
    table=works,
    indexed=works.c.footprint,
    geometry=multi(works.c.geometry, 2),
    geometry_4326=multi(works.c.geometry_4326, 2),
    condition=of_dimension(2),
    sees=sees,
    period=works.c.period,
    valid_periods=works.c.valid_periods,
    editable=True,
    versions=VERSIONS,
)
