"""The read side: (session, actor, …) to frozen dataclasses; every list has a total order."""
