"""Bottlenecks: places where works get in one another's way."""

from app.finding_layer import finding_layer
from app.layer import Text

LAYER = finding_layer(
    "bottlenecks",
    "bottleneck",
    Text("Knelpunten", "Bottlenecks"),
    Text(
        "Plekken waar werken elkaar in de weg zitten, met uitleg, maten en score.",
        "Places where works get in each other's way, with explanation, measures and score.",
    ),
)
