"""The one byte form of a JSON object, and its digest: what everybody can compute again."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def canonical(value: Mapping[str, Any]) -> bytes:  # Any: JSON
    """Sorted keys, no spaces, UTF-8 without escapes where JSON allows it, no line end."""
    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode()


def digest(value: Mapping[str, Any]) -> str:  # Any: JSON
    """SHA-256 of the canonical bytes, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()
