"""The command line: arguments, progress and wiring."""
