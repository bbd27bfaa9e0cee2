"""Everything that leaves the house as a document: values in, bytes out, no database."""

from app.documents.samples import Sample, gallery

__all__ = ["Sample", "gallery"]
