"""Run by Debian's Python, which has QGIS: draws the tiles with the style and prints what came of it.

``python3 qgis_tiles.py URL WEST SOUTH EAST NORTH`` with the box in degrees.
"""

import json
import sys
import urllib.request

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsMapBoxGlStyleConversionContext,
    QgsMapBoxGlStyleConverter,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QImage


def fetch(url):
    with urllib.request.urlopen(url) as answer:
        return answer.read()


def main(base, *box):
    application = QgsApplication([], False)
    application.initQgis()
    style = json.loads(fetch(f"{base}/ogc/styles/kansenkaart?f=mapbox"))
    context = QgsMapBoxGlStyleConversionContext()
    places = json.loads(fetch(style["sprite"] + ".json"))
    context.setSprites(QImage.fromData(fetch(style["sprite"] + ".png")), places)
    converter = QgsMapBoxGlStyleConverter()
    result = converter.convert(style, context)
    template = next(iter(style["sources"].values()))["tiles"][0]
    escaped = (
        template.replace("{", "%7B").replace("}", "%7D").replace("&", "%26").replace("=", "%3D")
    )
    layer = QgsVectorTileLayer(f"type=xyz&url={escaped}&zmin=0&zmax=16", "tiles")
    layer.setRenderer(converter.renderer())
    layer.setLabeling(converter.labeling())
    image = draw(layer, [float(side) for side in box])
    colours = {}
    for y in range(0, image.height(), 2):
        for x in range(0, image.width(), 2):
            name = image.pixelColor(x, y).name()
            colours[name] = colours.get(name, 0) + 1
    sys.stdout.write(json.dumps({
        "result": int(result), "warnings": converter.warnings(), "valid": layer.isValid(),
        "colours": colours, "styles": [s.styleName() for s in layer.renderer().styles()],
        "labels": [s.styleName() for s in layer.labeling().styles()],
    }))  # fmt: skip
    application.exitQgis()


def draw(layer, box):
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setOutputSize(QSize(900, 900))
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    degrees = QgsCoordinateReferenceSystem("EPSG:4326")
    turn = QgsCoordinateTransform(degrees, settings.destinationCrs(), QgsProject.instance())
    settings.setExtent(turn.transformBoundingBox(QgsRectangle(*box)))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    return job.renderedImage()


main(*sys.argv[1:])
