"""Test data: plain functions whose defaults are valid and boring; a test names what matters."""
