"""Run by Debian's Python, which has QGIS: loads layers and prints what it got as JSON.

``python3 qgis_client.py URL LAYER...`` loads whole layers;
``python3 qgis_client.py URL LAYER --box WEST SOUTH EAST NORTH`` what lies in a box;
``python3 qgis_client.py URL LAYER --where EXPRESSION`` what an expression of QGIS selects.
"""

import json
import sys


def load(url, name, box, where=None):
    from qgis.core import QgsFeatureRequest, QgsRectangle, QgsVectorLayer, QgsWkbTypes

    source = f"typename='{name}' url='{url}' pagingEnabled='true'"
    if box:
        source += " restrictToRequestBBOX='1'"
    layer = QgsVectorLayer(source, name, "OAPIF")
    if not layer.isValid():
        return {"valid": False, "error": layer.dataProvider().error().message()}
    request = QgsFeatureRequest()
    if box:
        request.setFilterRect(QgsRectangle(*box))
    if where:
        request.setFilterExpression(where)
    features = list(layer.getFeatures(request))
    return {
        "valid": True,
        "crs": layer.crs().authid(),
        "geometry": QgsWkbTypes.displayString(layer.wkbType()),
        "count": layer.featureCount(),
        "ids": [feature["id"] for feature in features],
        "fields": {field.name(): field.typeName() for field in layer.fields()},
        "extent": layer.extent().toString(4),
        "values": [[str(value) for value in feature.attributes()] for feature in features[:3]],
    }


def main():
    from qgis.core import QgsApplication

    application = QgsApplication([], False)
    application.initQgis()
    url, *rest = sys.argv[1:]
    box = [float(side) for side in rest[rest.index("--box") + 1 :]] if "--box" in rest else None
    where = rest[rest.index("--where") + 1] if "--where" in rest else None
    names = rest[: next((i for i, word in enumerate(rest) if word.startswith("--")), len(rest))]
    found = {name: load(url, name, box, where) for name in names}
    sys.stdout.write(f"RESULT {json.dumps(found)}\n")
    application.exitQgis()


if __name__ == "__main__":
    main()
