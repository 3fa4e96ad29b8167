"""Small signal functions on arrays: filters, gaps, spectra. Knows nothing of runners."""
