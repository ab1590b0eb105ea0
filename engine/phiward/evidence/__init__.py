"""Signed evidence bundles, their verification, and the report formats."""
