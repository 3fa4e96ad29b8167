"""The command line: one file for each command, nothing heavy imported at the top."""
