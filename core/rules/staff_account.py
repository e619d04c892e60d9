"""Accounts: what a person must bring to sign in.  What a password must be is `password`."""

from datetime import date

from core.rules.base import Record, Words
from core.rules.errors import Refusal
from core.rules.place import class_name
from core.rules.staff import Post, Role, SigninName
from core.rules.time import Moment


class WrongPassword(Refusal):
    """The name or the password is wrong; the sentence does not tell which."""

    def __init__(self) -> None:
        super().__init__("登录名或密码不正确，请重新输入。")


class NoAccount(Refusal):
    """No account has this sign-in name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"没有登录名为 {name} 的账号，请用 staff list 查看。")


class NameTaken(Refusal):
    """The sign-in name is in use."""

    def __init__(self, name: str) -> None:
        super().__init__(f"登录名 {name} 已有人使用，请换一个。")


class OsUserTaken(Refusal):
    """Another account answers for this user of the operating system."""

    def __init__(self, os_user: str) -> None:
        super().__init__(f"操作系统用户 {os_user} 已绑定其他账号，请换一个 --os-user。")


class TwoPowers(Refusal):
    """The account would hold two of 系统管理, 审计 and 业务 on the same day.

    Who keeps accounts and keys, who reads the logs, and whose work the logs tell of, are
    three people (等保2.0).  The database refuses it (account_holds_one_power).
    """

    def __init__(self) -> None:
        super().__init__(
            "系统管理、审计、业务须由不同账号担任；该账号已有另一种，请另建账号后授予。"
        )


class NewAccount(Record):
    """An account about to be made."""

    signin_name: SigninName
    name: Words
    os_user: str | None = None
    password_hash: str | None = None


class GrantPlace(Record):
    """A role and where it holds, as ids; `None` reaches wider."""

    role: Role
    post: Post | None = None
    township_id: int
    school_id: int | None = None
    class_id: int | None = None
    village_id: int | None = None


class StaffLine(Record):
    """One account as a list shows it."""

    id: int
    signin_name: str
    name: str
    role: Role | None
    post: Post | None
    place: str
    cohort: int | None
    number: int | None
    disabled_at: Moment | None

    def place_on(self, day: date) -> str:
        """Return where the account's grant holds, a class by its name of that day."""
        if self.cohort is None or self.number is None:
            return self.place
        return f"{self.place} {class_name(self.cohort, self.number, day)}"
