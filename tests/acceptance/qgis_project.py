"""Run by Debian's Python, which has QGIS: opens a project or a layer definition and tells of it.

``python3 qgis_project.py FILE [IMAGE]``; IMAGE is where the map that the project shows is drawn.
"""

import json
import sys

from qgis.core import (
    QgsApplication,
    QgsExpression,
    QgsLayerDefinition,
    QgsMapLayer,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize


def told(layer):
    found = {
        "valid": layer.isValid(),
        "crs": layer.crs().authid(),
        "source": layer.source(),
        "error": layer.error().message(),
        "styles": layer.styleManager().styles(),
    }
    if layer.type() != QgsMapLayer.VectorLayer or not layer.isValid():
        return found
    found["count"] = layer.featureCount()
    if not layer.isSpatial():
        return found
    renderer = layer.renderer()
    time = layer.temporalProperties()
    setup = {f.name(): layer.editorWidgetSetup(i) for i, f in enumerate(layer.fields())}
    form, settings = layer.editFormConfig(), layer.labeling().settings()  # held: Qt owns the parts
    return found | {
        "renderer": renderer.type(),
        "legend": [item.label() for item in renderer.legendSymbolItems()],
        "symbols": [
            [part.layerType() for part in item.symbol().symbolLayers()]
            for item in renderer.legendSymbolItems()
            if item.symbol()
        ],
        "labels": layer.labelsEnabled() and settings.fieldName,
        "time": [time.isActive(), time.mode(), time.startField(), time.endField()],
        "aliases": {f.name(): layer.attributeDisplayName(i) for i, f in enumerate(layer.fields())},
        "widgets": {name: [one.type(), one.config()] for name, one in setup.items()},
        "tabs": [one.name() for one in form.tabs()],
        "read_only": layer.readOnly(),
        "tip": layer.mapTipTemplate(),
        "label_valid": not QgsExpression(settings.fieldName).hasParserError(),
    }


def linked(project):
    """How many findings each relation leads to from a work that has some."""
    found = {}
    for name, relation in project.relationManager().relations().items():
        count = 0
        for work in relation.referencedLayer().getFeatures():
            count = len(list(relation.getRelatedFeatures(work)))
            if count:
                break
        found[name] = {"valid": relation.isValid(), "title": relation.name(), "found": count}
    return found


def draw(project, path):
    settings = QgsMapSettings()
    shown = project.layerTreeRoot().checkedLayers()
    settings.setLayers([one for one in project.layerTreeRoot().layerOrder() if one in shown])
    settings.setOutputSize(QSize(1000, 800))
    settings.setDestinationCrs(project.crs())
    settings.setExtent(project.viewSettings().defaultViewExtent())
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    image.save(path)
    colours = set()
    for y in range(0, image.height(), 3):
        for x in range(0, image.width(), 3):
            colours.add(image.pixelColor(x, y).name())
    return {"colours": sorted(colours), "errors": [one.message for one in job.errors()]}


def main(path, image=""):
    application = QgsApplication([], False)
    application.initQgis()
    project = QgsProject.instance()
    found = {}
    if path.endswith(".qlr"):
        done, message = QgsLayerDefinition.loadLayerDefinition(
            path, project, project.layerTreeRoot()
        )
        found["read"] = done or message
    elif path.endswith(".gpkg"):
        layer = QgsVectorLayer(f"{path}|layername={sys.argv[2]}", "layer", "ogr")
        message, done = layer.loadDefaultStyle()
        project.addMapLayer(layer)
        found["read"], image = done or message, ""
    else:
        found["read"] = project.read(path) or project.error()
    found["layers"] = {one.id(): told(one) for one in project.mapLayers().values()}
    found["relations"] = linked(project)
    span = project.timeSettings().temporalRange()
    found["time"] = [span.begin().toString("yyyy-MM-dd"), span.end().toString("yyyy-MM-dd")]
    found["crs"] = project.crs().authid()
    found["groups"] = [g.name() for g in project.layerTreeRoot().findGroups()]
    found["checked"] = [one.id() for one in project.layerTreeRoot().checkedLayers()]
    if image:
        found["drawn"] = draw(project, image)
    sys.stdout.write(f"RESULT {json.dumps(found, default=str)}\n")
    application.exitQgis()


if __name__ == "__main__":
    main(*sys.argv[1:])
