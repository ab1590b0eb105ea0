"""The resource types of AWS."""
