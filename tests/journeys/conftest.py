"""Browser journeys and the crawler use the demo world, built once a run."""

from tests.demo import demo_url, demo_world

__all__ = ["demo_url", "demo_world"]
