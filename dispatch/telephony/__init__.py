"""What the telephone exchange tells of calls, and adapters that tell it."""
