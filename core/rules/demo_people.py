"""Who works in the demonstration township: those one may be, and the other head teachers.

All are made up.  One class has no head teacher, and one teacher has three classes.
"""

from typing import Final, NamedTuple

from core.rules.demo import POINT, SCHOOLS
from core.rules.staff import Post, Role

_JUNIOR: Final = SCHOOLS[0].code
_PRIMARY: Final = SCHOOLS[1].code


class DemoPerson(NamedTuple):
    """Somebody: sign-in name, name, role, post and place."""

    signin: str
    name: str
    role: Role
    post: Post | None = None
    school: str | None = None
    classes: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """Return name, post and place, as the table of accounts shows them."""
        where = next((s.name for s in SCHOOLS if s.code == self.school), "")
        post = (self.post or self.role).label
        return f"{self.name} {post} {where}{'、'.join(self.classes)}".rstrip()


def _teacher(signin: str, name: str, school: str, *classes: str) -> DemoPerson:
    return DemoPerson(signin, name, Role.CLASS_TEACHER, None, school, classes)


# The classes of the 教学点 are taught as one (复式班).
COMBINED: Final = ("云岭复式班", ("一年级（1）班", "二年级（1）班", "三年级（1）班"))

# Made first: it makes the others.
ADMIN: Final = DemoPerson("guanli", "郑管理", Role.ADMIN)

PEOPLE: Final = (
    _teacher("lixiuying", "李秀英", _PRIMARY, "三年级（1）班"),
    _teacher("zhouming", "周明", _PRIMARY, "五年级（1）班"),
    _teacher("wangjianguo", "王建国", _JUNIOR, "七年级（1）班"),
    _teacher("chenfang", "陈芳", POINT, *COMBINED[1]),
    DemoPerson("liufang", "刘芳", Role.REGISTRAR, None, _JUNIOR),
    DemoPerson("zhaoli", "赵丽", Role.TEACHER, None, _JUNIOR, ("七年级（1）班",)),
    DemoPerson("sushe", "孙宿管", Role.DUTY_TEACHER, None, _JUNIOR),
    DemoPerson("zhaoxiaozhang", "赵校长", Role.LEADER, Post.PRINCIPAL, _JUNIOR),
    DemoPerson("qianxiaozhang", "钱校长", Role.LEADER, Post.VICE, _JUNIOR),
    DemoPerson("chenxiaozhang", "陈校长", Role.LEADER, Post.PRINCIPAL, _PRIMARY),
    DemoPerson("jiaoguan", "何主任", Role.OFFICE),
    DemoPerson("zhengfu", "马镇长", Role.GOVERNMENT),
    DemoPerson("jijiao", "高科长", Role.BUREAU),
    DemoPerson("dudao", "郭督导", Role.SUPERVISION),
    DemoPerson("shenji", "吴审计", Role.AUDITOR),
    ADMIN,
)
# Head teachers nobody signs in as; 二年级（1）班 of 河湾小学 has none.
OTHERS: Final = (
    _teacher("malihua", "马丽华", _JUNIOR, "七年级（2）班"),
    _teacher("chenguoqiang", "陈国强", _JUNIOR, "八年级（1）班"),
    _teacher("hexiulan", "何秀兰", _JUNIOR, "八年级（2）班"),
    _teacher("yangzhiyuan", "杨志远", _JUNIOR, "九年级（1）班"),
    _teacher("huxiaoyan", "胡晓燕", _PRIMARY, "一年级（1）班"),
    _teacher("linjianhua", "林建华", _PRIMARY, "四年级（1）班"),
    _teacher("gaowenjing", "高文静", _PRIMARY, "六年级（1）班"),
)


def keeper(school_name: str, class_name: str) -> str | None:
    """Return the sign-in name of a class's head teacher, if it has one."""
    codes = {school.code for school in SCHOOLS if school.name == school_name}
    return next(
        (
            person.signin
            for person in (*PEOPLE, *OTHERS)
            if person.role is Role.CLASS_TEACHER
            and person.school in codes
            and class_name in person.classes
        ),
        None,
    )
