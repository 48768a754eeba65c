"""What is implemented, and nothing else."""

from app.ogc.filtering import conformance as filtering
from app.tiles import conformance as tiles

_PART_1 = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf"
_PART_2 = "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf"
_PART_4 = "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf"

CLASSES = (
    f"{_PART_1}/core",
    f"{_PART_1}/geojson",
    f"{_PART_1}/html",
    f"{_PART_1}/oas30",
    f"{_PART_2}/crs",
    f"{_PART_4}/create-replace-delete",
    f"{_PART_4}/update",
    f"{_PART_4}/features",
    f"{_PART_4}/optimistic-locking-etags",
    *filtering.CLASSES,
    *tiles.CLASSES,
)
