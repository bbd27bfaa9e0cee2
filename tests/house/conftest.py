"""House tests that look at the demo world."""

from tests.demo import demo_url, demo_world

__all__ = ["demo_url", "demo_world"]
