"""What a person looks at: the terminal summary, the overlay."""
