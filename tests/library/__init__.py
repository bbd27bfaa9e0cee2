"""Templates for tests, and the profiles of the handbook as data."""
