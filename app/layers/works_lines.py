"""Works that were uploaded as lines."""

from app.layer import Layer, Text
from app.tables import works
from app.work_layer import PROPERTIES, SOURCE, VERSIONS, multi, of_dimension, sees

LAYER = Layer(
    id="works-lines",
    title=Text("Werken als lijn", "Works as lines"),
    description=Text(
        "Werken die als lijn zijn aangeleverd. Elk werk staat in één van de lagen punten, "
        "lijnen en vlakken.",
        "Works delivered as lines. Each work is in exactly one of the layers of points, lines and "
        "polygons.",
    ),
    geometry_type="MultiLineString",
    properties=PROPERTIES,
    source=SOURCE,
    table=works,
    indexed=works.c.footprint,
    geometry=multi(works.c.geometry, 1),
    geometry_4326=multi(works.c.geometry_4326, 1),
    condition=of_dimension(1),
    sees=sees,
    period=works.c.period,
    valid_periods=works.c.valid_periods,
    editable=True,
    versions=VERSIONS,
)
