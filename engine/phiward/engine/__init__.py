"""The rules engine: controls and policies in, findings out. Pure: the clock is an argument."""
