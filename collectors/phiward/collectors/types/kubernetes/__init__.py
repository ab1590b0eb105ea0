"""Resource types that are read from Kubernetes objects."""
