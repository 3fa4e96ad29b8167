"""The camera: its motion, its roll at the runner, and its scale."""
