"""Settings from the environment; a mistake names its variable."""

import os
import pwd
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field, StringConstraints, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.rules.backup import Limits
from core.rules.errors import Refusal
from core.rules.password import PasswordAge
from core.rules.sign_in import SignInLimits
from db.keys import KEY_FILE, KeyFile
from tui.door.porch import PorchLimits
from tui.house import HouseRules, IdleLimits

# The folders of backups and of anchors in a home.
BACKUPS: Final = "backup"
ANCHORS: Final = "anchors"


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


_ADDRESS: Final = r"[!-+\--9;-?A-~]+@[A-Za-z0-9.-]+"
_TOLD: Final = rf"(\d{{6,9}}:)?{_ADDRESS}"
_Plain: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[ -~]*$")]


class Settings(BaseSettings):
    """What the machine's owner may set."""

    model_config = SettingsConfigDict(env_prefix="BAOXUE_", extra="ignore")

    home: Path = Field(default_factory=default_home)
    dsn: str | None = None
    # Where the database lies, whose disk is watched; of the embedded one `serve` tells it.
    disk: Path | None = None
    pg_bindir: Path | None = None
    # Where the keys of the numbers lie; in the home unless told otherwise.
    key_file: Path | None = None
    # Where the embedded database's backups lie; in the home unless told otherwise.
    backup: Path | None = None
    # Where those backups lie a second time, off this machine; somebody else copies them there.
    backup_copy: Path | None = None
    # Where each day's anchors of the journal are written; in the home unless told otherwise.
    anchors: Path | None = None
    backup_keep: int = Field(7, ge=1, le=1000)
    # From when on 系统管理员 is told that the newest backup, or the last drill, is too old.
    backup_within_hours: int = Field(26, ge=1)
    drill_within_days: int = Field(8, ge=1)
    listen: str = "127.0.0.1:8022"
    # Processes that serve people, and when one is relieved because it holds so much.
    workers: int = Field(default_factory=lambda: len(os.sched_getaffinity(0)), ge=1, le=64)
    worker_memory_mb: int = Field(768, ge=128)
    # Strangers before the door: from the tenth on 30 % are turned away, and so on.
    strangers: Annotated[
        str, StringConstraints(pattern=r"^[1-9]\d{0,3}:(\d{1,2}|100):[1-9]\d{0,3}$")
    ] = "10:30:60"
    strangers_per_address: int = Field(20, ge=1)
    # Wrong passwords, and for how many minutes they shut.
    wrong_passwords: int = Field(5, ge=1, le=60)
    wrong_passwords_per_address: int = Field(30, ge=1, le=60)
    shut_minutes: int = Field(15, ge=1)
    # Passwords that may wait to be checked, in each worker.
    passwords_waiting: int = Field(20, ge=1, le=1000)
    # After how many days a password is to be changed; 0 is never.
    password_days: int = Field(90, ge=0, le=3650)
    password_days_school: int = Field(0, ge=0, le=3650)
    places_per_person: int = Field(3, ge=1)
    lock_after_minutes: float = Field(10, gt=0)
    end_after_minutes: float = Field(30, gt=0)
    # Announcements by mail: to whom, each with the code its townships begin with.
    smtp_host: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.:-]*$")] = ""
    smtp_port: int = Field(465, ge=1, le=65535)
    smtp_security: Literal["tls", "starttls", "none"] = "tls"
    smtp_user: _Plain = ""
    smtp_password: _Plain = Field("", repr=False)
    smtp_from: Annotated[str, StringConstraints(pattern=rf"^({_ADDRESS})?$")] = ""
    smtp_to: Annotated[str, StringConstraints(pattern=rf"^({_TOLD}(,{_TOLD})*)?$")] = ""
    # Announcements to the robot of a group; with a secret they are signed.
    webhook_url: Annotated[str, StringConstraints(pattern=r"^(https?://[!-~]+)?$")] = Field(
        "", repr=False
    )
    webhook_secret: _Plain = Field("", repr=False)

    @property
    def keys(self) -> KeyFile:
        """Return the file whose keys close the numbers of the database."""
        return KeyFile(self.key_file or self.home / KEY_FILE)

    @property
    def backups(self) -> Path:
        """Return the folder of the embedded database's backups."""
        return (self.backup or self.home / BACKUPS).expanduser().absolute()

    @property
    def anchor_folder(self) -> Path:
        """Return the folder of the daily anchors."""
        return (self.anchors or self.home / ANCHORS).expanduser().absolute()

    @property
    def limits(self) -> Limits:
        """Return how old backups and drills may become."""
        return Limits(
            backup=timedelta(hours=self.backup_within_hours),
            drill=timedelta(days=self.drill_within_days),
        )

    @property
    def rules(self) -> HouseRules:
        """Return what the house is to be run by."""
        begin, percent, full = map(int, self.strangers.split(":"))
        shut = timedelta(minutes=self.shut_minutes)
        lock, end = self.lock_after_minutes * 60, self.end_after_minutes * 60
        return HouseRules(
            porch=PorchLimits(
                begin, percent, max(begin + 1, full), self.strangers_per_address
            ),
            sign_in=SignInLimits(
                wrong_of_name=self.wrong_passwords,
                wrong_of_address=self.wrong_passwords_per_address,
                within=shut,
                shut_for=shut,
            ),
            passwords_waiting=self.passwords_waiting,
            password_age=PasswordAge(
                days=self.password_days, days_at_school=self.password_days_school
            ),
            places=self.places_per_person,
            idle=IdleLimits(lock_after=lock, end_after=max(lock, end)),
            processes=self.workers,
        )


def read_settings() -> Settings:
    """Read the environment; raises Refusal that names the variable at fault."""
    try:
        return Settings()
    except ValidationError as error:
        names = "、".join(f"BAOXUE_{str(e['loc'][0]).upper()}" for e in error.errors())
        raise Refusal(f"环境变量 {names} 的值不正确，请改正后重试。") from error
