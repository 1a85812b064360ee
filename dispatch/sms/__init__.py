"""Text messages to callers, through a gateway that the centre has chosen; none by default."""
