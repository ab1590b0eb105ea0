"""The normalized inventory: resources, their aspects, what could not be seen, and how they are written down."""
