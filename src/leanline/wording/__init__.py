"""The words of every reason, one catalogue per language."""
