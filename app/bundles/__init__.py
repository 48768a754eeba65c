"""Bundles of works: proposed by detection, decided by people."""
