"""A new password asked twice, after whatever else a screen asks."""

from core.rules.password import LEAST_LENGTH
from core.rules.staff import Actor
from tui.widgets.field import Field
from tui.widgets.form import Form, ShowField, TextField


def secret(name: str, label: str) -> TextField:
    """Return a field whose letters nobody sees."""
    return TextField(name, label, required=True, limit=128, secret=True)


class PasswordForm(Form):
    """Whose password it is, what else is asked, the new one twice, and what it must be."""

    def __init__(self, actor: Actor, *first: Field) -> None:
        super().__init__(
            ShowField("who", "账号", value=f"{actor.name}（{actor.signin_name}）"),
            *first,
            secret("new", "新密码"),
            secret("again", "再输一次"),
            ShowField(
                "rule",
                "要求",
                value=f"至少{LEAST_LENGTH}位，大写、小写、数字、符号有三种；不用拼音、年份、电话",
            ),
        )

    def problem(self) -> str | None:
        """Return why it cannot be submitted: both must be the same."""
        typed = self.values()
        sentence = super().problem()
        if sentence is None and typed["new"] != typed["again"]:
            return "两次输入的密码不一致，请重新输入。"
        return sentence
