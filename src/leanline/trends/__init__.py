"""How metrics change over sessions: change only above the smallest detectable change."""
