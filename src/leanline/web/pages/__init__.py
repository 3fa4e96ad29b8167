"""The pages: plain HTML that works without scripts where it can."""
