"""Context layers, one file each (see :mod:`spatial.context`)."""
