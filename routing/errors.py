"""
What can go wrong between a map extract and a travel time.

    RoutingError
    ├── ExtractError        the extract is missing, empty, cut off or no extract at all
    │   └── NoRoadsError    it reads well but holds no road anybody could drive
    ├── OverlayError        a newer map to lay over it is damaged or something else
    ├── CityCacheError      a built city is absent, half-written, foreign or damaged
    ├── ProfileError        a profile's table has a slip in it
    ├── TrafficTableError   the table of hours or of uncertainty is absent or not of its form
    ├── UnknownProfileError nobody drives like that
    └── UnknownRoadError    a road that somebody names is not on the map, or not to be told from others

Each message names the fact, the thing and the way out.
"""


class RoutingError(Exception):
    """Anything routing cannot do; the message is fit to be shown to a person."""


class ExtractError(RoutingError):
    """A map extract cannot be read."""


class NoRoadsError(ExtractError):
    """An extract has no connected roads in it."""


class OverlayError(RoutingError):
    """A newer map cannot be laid over the extract."""


class CityCacheError(RoutingError):
    """A built city cannot be used as it is; building it again helps."""


class ProfileError(RoutingError):
    """A profile's table cannot be used."""


class UnknownProfileError(RoutingError):
    """A profile of that name does not exist."""


class TrafficTableError(RoutingError):
    """A table of the hour of the week, or of the uncertainty of travel times, cannot be used."""


class UnknownRoadError(RoutingError):
    """A road that somebody names cannot be found on the map in use."""
