"""Colleagues' names by their letters."""

import pytest

from core.rules.initial import initials_of


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("李秀英", ("lxy",)),
        ("王建国", ("wjg",)),
        ("刘芳", ("lf",)),
        ("曾志强", ("zzq",)),  # not ceng
        ("单小明", ("sxm", "dxm")),
        ("欧阳雨桐", ("oyyt",)),
        ("阿布都热合曼", ("abdrhm",)),
        ("䶮", ()),
        ("", ()),
    ],
)
def test_a_colleague_is_found_by_the_letters_of_the_name(name, letters):
    assert initials_of(name) == letters
