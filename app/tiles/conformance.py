"""What of OGC API Tiles, Part 1 and two-dimensional tile matrix sets 2.0 is implemented."""

_TILES = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf"

CLASSES = (
    *(
        f"{_TILES}/{name}"
        for name in (
            "core",
            "tileset",
            "tilesets-list",
            "dataset-tilesets",
            "geodata-tilesets",
            "collections-selection",
            "datetime",
            "mvt",
            "oas30",
        )
    ),
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixset",
)
