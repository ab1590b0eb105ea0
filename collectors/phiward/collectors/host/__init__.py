"""A Linux host, read by one batched, read-only probe."""
