"""The camera behind the numbers: its motion, its roll at the runner, its scale."""
