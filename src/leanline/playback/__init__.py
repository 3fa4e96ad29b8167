"""What clips do with time: slow motion, changes of pace."""
