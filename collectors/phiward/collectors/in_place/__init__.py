"""Waivers written into code: the comments that ask for them, and who owns the file they stand in."""
