"""The page "Use in QGIS"."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.encoder import encoders
from app.layer import layers
from spatial.vocabulary import Language

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(url: str, language: Language) -> str:
    """The page as HTML, with the address of this service in every example."""
    return _TEMPLATES.get_template("qgis.html").render(
        url=url,
        lang=language,
        layers=[(one.id, one.title.in_(language)) for one in layers().values()],
        endings=[encoder.suffix for encoder in encoders().values()],
        nl=language == "nl",
    )
