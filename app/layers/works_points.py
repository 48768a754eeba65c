"""Works that were uploaded as points."""

from app.layer import Layer, Text
from app.tables import works
from app.work_layer import PROPERTIES, SOURCE, VERSIONS, multi, of_dimension, sees

LAYER = Layer(
    id="works-points",
    title=Text("Werken als punt", "Works as points"),
    description=Text(
        "Werken die als punt zijn aangeleverd. Elk werk staat in één van de lagen punten, "
        "lijnen en vlakken.",
        "Works delivered as points. Each work is in exactly one of the layers of points, lines and "
        "polygons.",
    ),
    geometry_type="MultiPoint",
    properties=PROPERTIES,
    source=SOURCE,
    table=works,
    indexed=works.c.footprint,
    geometry=multi(works.c.geometry, 0),
    geometry_4326=multi(works.c.geometry_4326, 0),
    condition=of_dimension(0),
    sees=sees,
    period=works.c.period,
    valid_periods=works.c.valid_periods,
    editable=True,
    versions=VERSIONS,
)
