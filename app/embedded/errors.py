"""Why a private cluster cannot be had."""

from __future__ import annotations

from spatial.errors import KansenkaartError


class PostgisMissing(KansenkaartError):
    """PostgreSQL with PostGIS is not installed on this machine."""


class HomeUnwritable(KansenkaartError):
    """The state folder cannot be written."""


class ClusterFailed(KansenkaartError):
    """The private PostGIS cluster does not start."""
