"""Every setting in one place, each with its unit, its default and the reason for it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from dispatch.errors import StartError
from dispatch.paths import default_state_dir


class Settings(BaseSettings):
    """Read from the environment: `SAIGON115_` before the name, save for the two URLs that are known everywhere."""

    model_config = SettingsConfigDict(env_prefix="SAIGON115_", populate_by_name=True)

    database_url: str | None = Field(default=None, validation_alias="DATABASE_URL")
    """PostgreSQL; absent: started from its wheel."""
    redis_url: str | None = Field(default=None, validation_alias="REDIS_URL")
    """Valkey or Redis; absent: started from its wheel."""
    state: Path = Field(default_factory=default_state_dir)
    """Where the embedded servers, the built city and the paper pages live."""
    paper_dir: Path | None = None
    """Where the printable page goes; default `<state>/paper`. Better another disk or machine than the database's."""
    protocol_dir: Path | None = None
    """Where the protocol package is edited; default the city pack's `protocol`. Read at first start and on reload."""
    public_url: str | None = None
    """The address that browsers use, when a proxy stands before us."""
    sms_gateway: Path | None = None
    """A file that describes the centre's gateway for text messages. None: no caller's number leaves this machine."""
    auto_dispatch: Annotated[frozenset[int], NoDecode] = frozenset()
    """Levels that may be offered without a person. None: a person decides (docs/domain.md)."""

    personal_keep_days: float = Field(default=30.0, ge=0)
    """Days after the last word about an incident before its personal data may be erased (guess: complaints come within
    weeks). The centre sets what law and its own archive ask for."""
    offer_timeout_s: float = 60.0
    """An offer without an answer ends after this many seconds (guess, docs/domain.md)."""
    paper_every_s: float = 300.0
    """The printable page is written this often (docs/domain.md)."""
    positions_every_s: float = 0.5
    """Position frames are coalesced over this long: short enough to glide, long enough to batch."""
    heartbeat_every_s: float = 5.0
    """By contract of the feed."""
    auto_dispatch_max_data_age_s: float = 120.0
    """Nothing is offered without a person on positions older than this (guess)."""
    resume_limit: int = 10_000
    """A feed that is further behind than so many events gets a snapshot instead (contract)."""
    socket_backlog: int = 2_000
    """Frames that a slow socket may lag behind before it is dropped and comes back by itself."""

    @field_validator("auto_dispatch", mode="before")
    @classmethod
    def _levels(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        words = [word for word in value.replace(",", " ").split() if word.lower() not in {"none", "off"}]
        if any(word not in {"1", "2", "3", "4"} for word in words):
            raise ValueError(f"SAIGON115_AUTO_DISPATCH is {value!r}; say levels from 1 to 4 such as '3,4', or none")
        return frozenset(int(word) for word in words)

    @property
    def paper(self) -> Path:
        return self.paper_dir or self.state / "paper"


def read_settings(**given: object) -> Settings:
    """The settings of the environment, and those given. Raises StartError naming what is wrong with which."""
    try:
        return Settings(**given)  # type: ignore[arg-type]  # checked by the model itself
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise StartError(f"a setting cannot be used ({wrong}); docs/operations.md lists them") from None
