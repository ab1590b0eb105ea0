"""Carrying over another tool's configuration: what of it becomes a policy, waivers and `phiward.yaml`, and what not.

Nothing is widened on the way: what would take more out than the other tool left out is told, not written.
"""
