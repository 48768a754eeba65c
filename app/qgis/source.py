"""Where QGIS gets a layer from: the text that it keeps as data source."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from app.kit.links import with_query
from app.kit.problems import BadRequest
from app.layer import Layer
from app.tiles.grid import WEB_MERCATOR_QUAD
from app.tiles.rels import STYLE
from spatial.vocabulary import Language

AUTHCFG = re.compile(r"[A-Za-z0-9]{7}")
DEGREES = 4326
"""Whatever QGIS knows: 3.22 reads longitude and latitude only, later versions ask for it."""


@dataclass(frozen=True, slots=True)
class Source:
    """The service as a file for QGIS names it.

    ``url`` is that of the service. ``key`` is empty unless the caller asked for
    it to stand in the file; ``authcfg`` names an authentication that QGIS keeps
    itself, so that the file holds no secret.
    """

    url: str
    language: Language
    key: str = ""
    authcfg: str = ""

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """What QGIS repeats with every request."""
        return [("lang", self.language), *([("apikey", self.key)] if self.key else [])]

    def features(self, layer: Layer) -> str:
        """The data source of a collection; only what the map shows is asked for."""
        url = with_query(f"{self.url}/ogc", self.parameters)
        text = (
            f"pagingEnabled='true' restrictToRequestBBOX='1' srsname='EPSG:{DEGREES}' "
            f"typename='{layer.id}' url='{url}'"
        )
        return f"{text} authcfg={self.authcfg}" if self.authcfg else text

    def tiles(self) -> str:
        """The data source of the vector tiles of all layers together."""
        given = self.parameters
        grid = WEB_MERCATOR_QUAD
        place = f"{self.url}/ogc/tiles/{grid.id}/{{z}}/{{y}}/{{x}}"
        tile = with_query(place, [("f", "mvt"), *given])
        style = with_query(f"{self.url}/ogc/styles/{STYLE}", [("f", "mapbox"), *given])
        parts = {
            "type": "xyz",
            "url": quote(tile, safe=":/?,"),
            "zmin": "0",
            "zmax": str(grid.detailed),
            "styleUrl": quote(style, safe=":/?,"),
            **({"authcfg": self.authcfg} if self.authcfg else {}),
        }
        return "&".join(f"{name}={value}" for name, value in parts.items())


def read_authcfg(text: str | None) -> str:
    """The id of an authentication in QGIS; BadRequest for what cannot be one.

    >>> read_authcfg("a1b2c3d")
    'a1b2c3d'
    """
    if not text:
        return ""
    if not AUTHCFG.fullmatch(text):
        msg = "authcfg must be the id of an authentication in QGIS: seven letters and digits."
        raise BadRequest(msg)
    return text
