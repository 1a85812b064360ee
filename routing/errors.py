"""
What can go wrong between a map extract and a travel time.

    RoutingError
    ├── ExtractError        the extract is missing, empty, cut off or no extract at all
    │   └── NoRoadsError    it reads well but holds no road anybody could drive
    ├── CityCacheError      a built city is absent, half-written, foreign or damaged
    └── UnknownProfileError nobody drives like that

Each message names the fact, the thing and the way out.
"""


class RoutingError(Exception):
    """Anything routing cannot do; the message is fit to be shown to a person."""


class ExtractError(RoutingError):
    """A map extract cannot be read."""


class NoRoadsError(ExtractError):
    """An extract has no connected roads in it."""


class CityCacheError(RoutingError):
    """A built city cannot be used as it is; building it again helps."""


class UnknownProfileError(RoutingError):
    """A profile of that name does not exist."""
