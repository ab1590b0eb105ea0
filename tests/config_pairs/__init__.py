"""The same resources, as the services describe them and as AWS Config records them: one module for each kind of thing."""

from config_pairs import bare, databases, entrances, identities, machines, networks, services, stores

PAIRS = tuple(
    pair
    for module in (bare, databases, entrances, identities, machines, networks, services, stores)
    for pair in module.PAIRS
)
