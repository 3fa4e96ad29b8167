"""What all processes that do work for another one share: limits, threads, causes of death."""
