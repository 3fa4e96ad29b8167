"""Signal processing on arrays: filters, gaps, spectra; independent of running."""
