"""Pure decisions: the same input gives the same output, on any machine."""
