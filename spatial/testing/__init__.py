"""Makers of works, strategies and geometry asserts for tests of this package."""
