"""Opportunities: places where works of several parties can gain by acting together."""

from app.finding_layer import finding_layer
from app.layer import Text

LAYER = finding_layer(
    "opportunities",
    "opportunity",
    Text("Kansen", "Opportunities"),
    Text(
        "Plekken waar partijen werk met werk kunnen maken, met uitleg, maten en score.",
        "Places where parties can combine their works, with explanation, measures and score.",
    ),
)
