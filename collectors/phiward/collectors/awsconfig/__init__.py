"""AWS accounts as AWS Config recorded them: asked of an aggregator by query, or read from delivered snapshots.

What each type means stays in `phiward.collectors.types.aws`. A configuration item is turned into the answers that the
type modules ask for (`answers`), so that both ways give the same resource; what AWS Config does not hold is unknown.
"""
