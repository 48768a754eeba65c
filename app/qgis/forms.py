"""The form of a layer: names, lists of words, what may be changed, tabs, related features."""

from __future__ import annotations

from app.layer import Layer, Property, Text
from app.qgis.words import titles_of
from app.qgis.xml import Element, element, option, texts
from spatial.vocabulary import Language

LONG = {"description", "explanation", "measures", "works"}
TABS = (
    Text("Algemeen", "General"),
    Text("Planning", "Planning"),
    Text("Maten en bedragen", "Measures and amounts"),
)
_PLANNING = {"planning_status", "commitment", "precision", "state"}


def linked(layer: Layer) -> tuple[str, ...]:
    """Fields that QGIS works out itself: the first two works of a finding.

    A relation of QGIS joins one value to one value, and a finding names its
    works in one text.
    """
    is_about_works = layer.id != "works" and any(p.name == "works" for p in layer.properties)
    return ("work_1", "work_2") if is_about_works else ()


def expression_fields(layer: Layer) -> Element:
    """How QGIS works out the fields of :func:`linked`."""
    fields = [
        element(
            "field",
            name=name,
            expression=f'substr("works", {1 + 38 * i}, 36)',
            type_=10,
            typeName="string",
            length=36,
            precision=0,
            subType=0,
            comment="",
        )
        for i, name in enumerate(linked(layer))
    ]
    return element("expressionfields", *fields)


def alias(layer: Layer, name: str, language: Language) -> str:
    """What a field is called."""
    known = {p.name: p.title.in_(language) for p in layer.properties}
    number = {
        "work_1": Text("Eerste werk", "First work"),
        "work_2": Text("Tweede werk", "Second work"),
    }
    return known[name] if name in known else number[name].in_(language)


def form(layer: Layer, language: Language, relations: tuple[tuple[str, str], ...]) -> list[Element]:
    """The parts of a style that make the form; ``relations`` are ids and titles."""
    names = [*(p.name for p in layer.properties), *linked(layer)]
    aliases = [
        element("alias", field=n, index=i, name=alias(layer, n, language))
        for i, n in enumerate(names)
    ]
    may = [element("field", name=p.name, editable=int(layer.takes(p))) for p in layer.properties]
    may += [element("field", name=n, editable=0) for n in linked(layer)]
    widgets = [
        element("field", _widget(p, language), name=p.name, configurationFlags="None")
        for p in layer.properties
    ]
    return [
        element("fieldConfiguration", *widgets),
        element("aliases", *aliases),
        expression_fields(layer),
        *texts([("featformsuppress", "0"), ("editorlayout", "tablayout")]),
        element("attributeEditorForm", *_tabs(layer, language, relations)),
        element("editable", *may),
        element("previewExpression", text=shown(layer)),
        element("mapTip", text=_tip(layer)),
    ]


def shown(layer: Layer) -> str:
    """The expression that names a feature in lists and on the map."""
    names = {p.name for p in layer.properties}
    if {"rule", "score"} <= names:
        return """"rule" || ' · ' || round("score")"""
    found = next((n for n in ("title", "name", "reference", "id") if n in names), "id")
    return f'"{found}"'


def _tip(layer: Layer) -> str:
    names = [p.name for p in layer.properties if p.name in {"title", "name", "explanation"}]
    safe = "[% replace(coalesce(\"{0}\", ''), map('&', '&amp;', '<', '&lt;')) %]"
    lines = [safe.format(name) for name in names]
    return "<br>".join([f"<b>{lines[0]}</b>", *lines[1:]]) if lines else ""


def _widget(property_: Property, language: Language) -> Element:
    kind, values = _settings(property_, language)
    return element("editWidget", element("config", option("", values)), type_=kind)


def _settings(property_: Property, language: Language) -> tuple[str, dict[str, object]]:
    if property_.words:
        titles = titles_of(property_, language)
        return "ValueMap", {"map": [{title: word} for word, title in titles.items()]}
    if property_.format in {"date", "date-time"}:
        time = " HH:mm" if property_.format == "date-time" else ""
        return "DateTime", {
            "allow_null": True,
            "calendar_popup": True,
            "display_format": "dd-MM-yyyy" + time,
            "field_format": "yyyy-MM-dd" + (" HH:mm:ss" if time else ""),
            "field_iso_format": False,
        }
    return "TextEdit", {"IsMultiline": property_.name in LONG, "UseHtml": False}


def _tab_of(property_: Property) -> int:
    if property_.type in {"number", "integer"}:
        return 2
    return 1 if property_.format == "date" or property_.name in _PLANNING else 0


def _tabs(
    layer: Layer, language: Language, relations: tuple[tuple[str, str], ...]
) -> list[Element]:
    fields: list[list[Element]] = [[] for _ in TABS]
    for i, property_ in enumerate(layer.properties):
        one = element("attributeEditorField", name=property_.name, index=i, showLabel=1)
        fields[_tab_of(property_)].append(one)
    tabs = [
        _container(title.in_(language), inside)
        for title, inside in zip(TABS, fields, strict=True)
        if inside
    ]
    return [*tabs, *(_container(title, [_related(id_, title)]) for id_, title in relations)]


def _container(title: str, inside: list[Element]) -> Element:
    return element(
        "attributeEditorContainer",
        *inside,
        name=title,
        columnCount=1,
        groupBox=0,
        showLabel=1,
        visibilityExpressionEnabled=0,
        visibilityExpression="",
    )


def _related(id_: str, title: str) -> Element:
    return element(
        "attributeEditorRelation",
        name=id_,
        relation=id_,
        label=title,
        showLabel=1,
        nmRelationId="",
        forceSuppressFormPopup=0,
        relationWidgetTypeId="",
    )
