"""Video files: properties of containers, frames with timestamps, drawing, encoding."""
