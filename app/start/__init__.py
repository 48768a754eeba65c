"""The start page: a map of the layers, the address for QGIS, and what to do next."""
