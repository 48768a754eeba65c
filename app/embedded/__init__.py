"""A private PostGIS cluster for a deployment that was given no database of its own."""

from app.embedded.cluster import Cluster, running_cluster
from app.embedded.errors import ClusterFailed, HomeUnwritable, PostgisMissing

__all__ = ["Cluster", "ClusterFailed", "HomeUnwritable", "PostgisMissing", "running_cluster"]
