"""Relations of links to tiles and what belongs to them, and their media types."""

_OGC = "http://www.opengis.net/def/rel/ogc/1.0"
TILESETS = f"{_OGC}/tilesets-vector"
SCHEMES = f"{_OGC}/tiling-schemes"
SCHEME = f"{_OGC}/tiling-scheme"
STYLES = f"{_OGC}/styles"

MVT = "application/vnd.mapbox-vector-tile"
MAPLIBRE = "application/vnd.mapbox.style+json"
SVG = "image/svg+xml"
PNG = "image/png"

STYLE = "kansenkaart"
"""The id of the one style."""
