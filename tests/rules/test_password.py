"""Passwords: what is refused, and when one has grown old."""

from datetime import UTC, date, datetime, timedelta

import pytest

from core.rules.password import (
    GuessedPassword,
    PasswordAge,
    WeakPassword,
    must_be_strong,
    pieces,
)
from core.rules.staff import Grant, Role


@pytest.mark.parametrize(
    "password",
    [
        "Aa7#kqzpw",  # nine characters
        "Aa7#kqzpw" + "x7" * 60,  # 129
        "kqzpw7mvbx",  # two of four kinds
        "kqzpwTmvbx",
        "7#4@9!5*3&",
        "Lixiuying7#kqzpw",  # holds the sign-in name, in capitals or not
    ],
)
def test_a_short_or_plain_password_is_refused(password):
    with pytest.raises(WeakPassword, match="密码须为10至128位"):
        must_be_strong(password, "lixiuying")


@pytest.mark.parametrize(
    "password",
    [
        "Password123!",
        "P@ssw0rd2026",  # letters in disguise
        "Admin@123456",
        "Woaini1314!",
        "Qingshi@2026",  # a place and a year
        "Wangjianguo@1985",  # somebody's name and birthday
        "LXY19850712!x",
        "Zhang13912345678!",  # a telephone
        "3199010001Aa!",  # a school's code
        "Xiaoxue@2026",
        "Qwer1234!@#$",
        "1qaz@WSX3edc",
        "Aa112233445566!",
        "Aaaa1111!!!!",
        "Abcdefg-54321",
        "Baoxue-Kongchuo1",
    ],
)
def test_what_everybody_tries_first_is_refused(password):
    with pytest.raises(GuessedPassword, match="容易被猜到"):
        must_be_strong(password, "chenfang")


@pytest.mark.parametrize(
    "password",
    ["Aa7#kqzpwm", "Tie7#lanmuK9", "Nan5-Ke-Yu8-Zu", "Hong-Cha.3Bei+Shui", "Mm7kQp-2xx"],
)
def test_words_that_have_nothing_to_do_with_one_another_pass(password):
    must_be_strong(password, "chenfang")


@pytest.mark.parametrize(
    ("password", "made_of"),
    [
        ("qingshi2026", 3),
        ("xian", 1),
        ("x7#k", 4),
        ("123", 1),
        ("321", 1),
        ("12", 2),
        ("", 0),
    ],
)
def test_a_password_is_counted_in_the_pieces_a_guesser_knows(password, made_of):
    assert pieces(password) == made_of


SET = datetime(2026, 9, 1, 8, tzinfo=UTC)


def held(*roles):
    return tuple(
        Grant(id=i, role=role, township_id=990101100, from_on=date(2026, 9, 1))
        for i, role in enumerate(roles)
    )


@pytest.mark.parametrize(
    ("roles", "age", "after", "over"),
    [
        ((Role.ADMIN,), PasswordAge(), timedelta(days=90) - timedelta(seconds=1), False),
        ((Role.ADMIN,), PasswordAge(), timedelta(days=90), True),
        ((Role.OFFICE,), PasswordAge(), timedelta(days=90), True),
        ((Role.CLASS_TEACHER,), PasswordAge(), timedelta(days=900), False),
        ((Role.CLASS_TEACHER, Role.OFFICE), PasswordAge(), timedelta(days=90), True),
        ((Role.LEADER,), PasswordAge(days_at_school=30), timedelta(days=30), True),
        ((Role.ADMIN,), PasswordAge(days=0), timedelta(days=900), False),
    ],
)
def test_a_password_grows_old_after_its_days_and_a_teacher_s_by_default_never(
    roles, age, after, over
):
    assert age.is_over(held(*roles), SET, SET + after) is over
    assert not age.is_over(held(*roles), None, SET + after)


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (timedelta(days=83) - timedelta(seconds=1), False),
        (timedelta(days=83), True),
        (timedelta(days=90) - timedelta(seconds=1), True),
        (timedelta(days=90), False),
    ],
)
def test_who_has_a_week_left_is_told_of_the_day_a_password_grows_old(after, told):
    age, day = PasswordAge(), (SET + timedelta(days=90)).date()
    assert age.told_of(held(Role.OFFICE), SET, SET + after) == (day if told else None)
    assert age.told_of(held(Role.CLASS_TEACHER), SET, SET + after) is None
