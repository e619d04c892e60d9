"""Accounts: what a person must bring to sign in, and what a password must be."""

from typing import Final

from core.rules.base import Record, Words
from core.rules.errors import Refusal
from core.rules.staff import Post, Role, SigninName
from core.rules.time import Moment

LEAST_LENGTH: Final = 10
LEAST_CLASSES: Final = 3

# Passwords everybody tries first; a longer list belongs to the hardening of accounts.
COMMON: Final = frozenset(
    {"1234567890", "0123456789", "password123", "qwertyuiop", "woaini1314", "a123456789"}
)


class WeakPassword(Refusal):
    """The password offered is too easy to guess (等保2.0: complexity)."""

    def __init__(self) -> None:
        super().__init__(
            f"密码至少{LEAST_LENGTH}位，须含大写、小写、数字、符号中的三种，且不含登录名。"
        )


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
    disabled_at: Moment | None


def must_be_strong(password: str, signin_name: str) -> None:
    """Refuse a password that is short, plain, common or holds the sign-in name."""
    classes = sum(
        (
            any(c.islower() for c in password),
            any(c.isupper() for c in password),
            any(c.isdigit() for c in password),
            any(not c.isalnum() for c in password),
        )
    )
    if (
        len(password) < LEAST_LENGTH
        or classes < LEAST_CLASSES
        or signin_name in password.lower()
        or password.lower() in COMMON
    ):
        raise WeakPassword
