"""Reports for people: the terminal summary, HTML pages, charts and the overlay."""
