"""Clips in and out: what the container says, frames with their time stamps, drawing."""
