"""The labels of a layer."""

from __future__ import annotations

from app.qgis.xml import Element, element

NEAREST = 25_000
"""Labels of what is small appear from this scale on."""


def labels(expression: str, *, near: bool) -> Element:
    """A label for every feature, dark with a white edge; ``near``: from close by only."""
    buffer = element(
        "text-buffer", bufferDraw=1, bufferSize=0.8, bufferSizeUnits="MM", bufferNoFill=1,
        bufferColor="255,255,255,255", bufferOpacity=1, bufferJoinStyle=128,
    )  # fmt: skip
    text = element(
        "text-style", buffer, fieldName=expression, isExpression=1, fontFamily="Noto Sans",
        fontSize=9, fontSizeUnit="Point", fontWeight=50, textColor="28,39,51,255", textOpacity=1,
        textOrientation="horizontal", multilineHeight=1, allowHtml=0,
    )  # fmt: skip
    rendering = element(
        "rendering", drawLabels=1, scaleVisibility=int(near), scaleMin=0, scaleMax=NEAREST,
        obstacle=1, obstacleFactor=1, displayAll=0, limitNumLabels=0, maxNumLabels=2000,
        minFeatureSize=0,
    )  # fmt: skip
    placement = element("placement", placement=0, dist=0, priority=5, centroidInside=1)
    settings = element("settings", text, placement, rendering, calloutType="simple")
    return element("labeling", settings, type_="simple")
