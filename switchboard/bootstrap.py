"""Builds every object once; the only place that knows all concrete classes."""
