"""Neighbourhoods, districts, municipalities, provinces and areas of one's own."""

from spatial.context import ContextField, ContextLayer
from spatial.vocabulary import AREA_LEVEL

LAYER = ContextLayer(
    id="areas",
    nl="Gebieden",
    en="Areas",
    shape="polygon",
    fields=(
        ContextField("level", "text", "Niveau", "Level", required=True, words=AREA_LEVEL.ids),
        ContextField("code", "text", "Code", "Code", required=True),
        ContextField("parent", "text", "Ligt in (code)", "Lies in (code)"),
    ),
    note_nl="Wijk- en buurtkaart van het CBS en bestuurlijke gebieden van het Kadaster; laad ze "
    "met `kansenkaart areas import` (B06, B07, B09, O10, O13).",
    note_en="The neighbourhood map of Statistics Netherlands and administrative areas; load them "
    "with `kansenkaart areas import` (B06, B07, B09, O10, O13).",
)
