"""What QGIS opens in one step: project, layer definitions, styles, and a page about it."""
