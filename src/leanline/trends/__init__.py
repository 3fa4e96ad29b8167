"""Changes of metrics over sessions, judged against the smallest detectable change."""
