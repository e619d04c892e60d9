"""The machine's settings: what holds without them, and which variable is at fault."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from core.rules.errors import Refusal
from core.rules.password import PasswordAge
from core.rules.sign_in import SignInLimits
from tui.door.porch import PorchLimits
from tui.house import HouseRules, IdleLimits
from tui.settings import Settings, read_settings

DEPLOY = Path(__file__).parents[1] / "docs" / "deploy.md"


def test_without_any_variable_the_house_has_the_rules_it_was_built_with():
    usual, found = HouseRules(), Settings(home=Path("/x"), workers=1).rules
    assert found == usual
    assert usual.porch == PorchLimits(begin=10, percent=30, full=60, of_address=20)
    assert (usual.sign_in.wrong_of_name, usual.sign_in.wrong_of_address) == (5, 30)
    assert (usual.sign_in.within, usual.sign_in.shut_for) == (timedelta(minutes=15),) * 2
    assert usual.passwords_waiting == 20
    assert (usual.password_age.days, usual.password_age.days_at_school) == (90, 0)
    assert usual.places == 3
    assert usual.idle == IdleLimits(lock_after=600, end_after=1800)


def test_each_variable_sets_its_rule(monkeypatch):
    for name, value in {
        "WORKERS": "4",
        "STRANGERS": "20:50:100",
        "STRANGERS_PER_ADDRESS": "40",
        "WRONG_PASSWORDS": "6",
        "WRONG_PASSWORDS_PER_ADDRESS": "50",
        "SHUT_MINUTES": "30",
        "PASSWORDS_WAITING": "50",
        "PASSWORD_DAYS": "180",
        "PASSWORD_DAYS_SCHOOL": "365",
        "PLACES_PER_PERSON": "2",
        "LOCK_AFTER_MINUTES": "5",
        "END_AFTER_MINUTES": "20",
    }.items():
        monkeypatch.setenv(f"BAOXUE_{name}", value)
    half_an_hour = timedelta(minutes=30)
    assert read_settings().rules == HouseRules(
        porch=PorchLimits(20, 50, 100, 40),
        sign_in=SignInLimits(
            wrong_of_name=6, wrong_of_address=50, within=half_an_hour, shut_for=half_an_hour
        ),
        passwords_waiting=50,
        password_age=PasswordAge(days=180, days_at_school=365),
        places=2,
        idle=IdleLimits(lock_after=300, end_after=1200),
        processes=4,
    )


def test_a_worker_a_core_unless_it_is_said():
    assert Settings().workers == len(os.sched_getaffinity(0))
    assert Settings().worker_memory_mb == 768


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WORKERS", "0"),
        ("WORKER_MEMORY_MB", "1"),
        ("STRANGERS", "10"),
        ("STRANGERS", "0:30:60"),
        ("STRANGERS", "10:101:60"),
        ("STRANGERS_PER_ADDRESS", "0"),
        ("WRONG_PASSWORDS", "0"),
        ("WRONG_PASSWORDS_PER_ADDRESS", "61"),
        ("LOCK_AFTER_MINUTES", "-1"),
    ],
)
def test_a_mistake_names_its_variable(monkeypatch, name, value):
    monkeypatch.setenv(f"BAOXUE_{name}", value)
    with pytest.raises(Refusal, match=f"环境变量 BAOXUE_{name} 的值不正确"):
        read_settings()


def test_every_variable_is_in_the_deployment_guide():
    text = DEPLOY.read_text("utf-8")
    names = [f"BAOXUE_{field.upper()}" for field in Settings.model_fields]
    told_elsewhere = {"BAOXUE_PG_BINDIR"}  # for the embedded server: the manual's
    assert [n for n in names if f"`{n}`" not in text and f"{n}=" not in text] == [
        n for n in names if n in told_elsewhere
    ]
