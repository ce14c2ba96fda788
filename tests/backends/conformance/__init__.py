"""What every backend keeps: one ward, served by each of them, and one set of tests for all."""
