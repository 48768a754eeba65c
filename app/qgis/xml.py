"""The few forms of XML that QGIS writes everything in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from xml.etree import ElementTree as ET

Element = ET.Element
_TYPES = {bool: "bool", int: "int", float: "double"}


def element(tag: str, *children: Element | None, text: str = "", **attributes: object) -> Element:
    """An element; children that are None are left out, underscores end in nothing.

    >>> ET.tostring(element("a", element("b", text="<"), None, type_="x", n=1)).decode()
    '<a type="x" n="1"><b>&lt;</b></a>'
    """
    made = ET.Element(tag, {name.rstrip("_"): str(value) for name, value in attributes.items()})
    made.text = text or None
    made.extend(child for child in children if child is not None)
    return made


def option(name: str, value: Any) -> Element:
    """A value as QGIS keeps values: typed, and nested where it is a mapping or a list.

    >>> ET.tostring(option("m", {"a": True})).decode()
    '<Option name="m" type="Map"><Option name="a" type="bool" value="true" /></Option>'
    """
    named = {"name": name} if name else {}
    if isinstance(value, Mapping):
        return element("Option", *(option(k, v) for k, v in value.items()), **named, type="Map")
    if isinstance(value, list):
        return element("Option", *(option("", one) for one in value), **named, type="List")
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return element("Option", **named, type=_TYPES.get(type(value), "QString"), value=text)


def properties(expressions: Mapping[str, str]) -> Element:
    """What an expression decides: the properties of a symbol or label by their names."""
    inside = {
        name: {"active": True, "expression": text, "type": 3} for name, text in expressions.items()
    }
    held = {"name": "", "properties": inside, "type": "collection"}
    return element("data_defined_properties", option("", held))


def reference_system(tag: str, code: int, wkt: str) -> Element:
    """A CRS by its EPSG code."""
    said = {"wkt": wkt, "srid": str(code), "authid": f"EPSG:{code}"}
    parts = (element(name, text=text) for name, text in said.items())
    return element(tag, element("spatialrefsys", *parts, nativeFormat="Wkt"))


def document(doctype: str, root: Element) -> bytes:
    """A whole file."""
    head = f"<!DOCTYPE {doctype}>\n"
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=False)
    return head.encode() + written


def texts(pairs: Iterable[tuple[str, str]]) -> list[Element]:
    """Elements that hold a text and nothing else."""
    return [element(tag, text=text) for tag, text in pairs]
