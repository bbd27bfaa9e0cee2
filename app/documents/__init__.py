"""Everything that leaves the house as a document: values in, bytes out, no database."""
