"""Settings from the environment; a mistake names its variable."""

import os
import pwd
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.rules.errors import Refusal


def default_home() -> Path:
    """Return /var/lib/baoxue for root, else ~/.local/share/baoxue."""
    if os.geteuid() == 0:
        return Path("/var/lib/baoxue")
    told = Path(os.environ.get("HOME") or "/nonexistent")
    return (told if told.is_absolute() else Path("/nonexistent")) / ".local/share/baoxue"


def os_user() -> str:
    """Return who the operating system says runs this; LOGNAME may say anything."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


class Settings(BaseSettings):
    """What the machine's owner may set."""

    model_config = SettingsConfigDict(env_prefix="BAOXUE_", extra="ignore")

    home: Path = Field(default_factory=default_home)
    dsn: str | None = None
    pg_bindir: Path | None = None
    listen: str = "127.0.0.1:8022"


def read_settings() -> Settings:
    """Read the environment; raises Refusal that names the variable at fault."""
    try:
        return Settings()
    except ValidationError as error:
        names = "、".join(f"BAOXUE_{str(e['loc'][0]).upper()}" for e in error.errors())
        raise Refusal(f"环境变量 {names} 的值不正确，请改正后重试。") from error
