"""Collectors: read a source, and normalize what it says into the inventory."""
