"""The resource types of a host."""
