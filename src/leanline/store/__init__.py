"""What is kept: athletes, sessions and media, in one database and one folder."""
