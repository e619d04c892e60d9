"""Who signs in, in what role and post, and what each grant lets them see and do."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from core.rules.base import Coded, Record, Words
from core.rules.errors import NotYours, OutOfSight
from core.rules.time import Moment


class Role(Coded):
    """What a person does in the system (model.md, account, credential, grant)."""

    CLASS_TEACHER = "class_teacher", "班主任"
    TEACHER = "teacher", "任课/包人教师"
    LEADER = "leader", "校领导"
    REGISTRAR = "registrar", "教务/学籍管理员"
    DUTY_TEACHER = "duty_teacher", "值班/宿管"
    OFFICE = "office", "教管组"
    GOVERNMENT = "government", "乡镇政府"
    VILLAGE_CADRE = "village_cadre", "包村干部"
    BUREAU = "bureau", "教育局基教科"
    SUPERVISION = "supervision", "督导室"
    AUDITOR = "auditor", "审计"
    ADMIN = "admin", "系统管理员"
    SYSTEM = "system", "系统"


class Post(Coded):
    """The post of a 校领导.  Only 校长, or a dated acting grant, signs a 书面报告."""

    PRINCIPAL = "principal", "校长"
    VICE = "vice", "分管副校长"
    DEAN = "dean", "教导主任"


class Acting(Coded):
    """A dated grant that stands in for somebody; papers and rolls print it as such."""

    CLASS = "class", "代班"
    SIGNATURE = "signature", "代签"


WHOLE_TOWNSHIP = frozenset(
    {Role.OFFICE, Role.GOVERNMENT, Role.BUREAU, Role.SUPERVISION, Role.SYSTEM}
)
WHOLE_SCHOOL = frozenset({Role.LEADER, Role.REGISTRAR})
# Posts of one school; every other reaches wider.
SCHOOL_ROLES = frozenset(
    {Role.CLASS_TEACHER, Role.TEACHER, Role.LEADER, Role.REGISTRAR, Role.DUTY_TEACHER}
)
# They keep the system and its logs, and have nothing to do with pupils.
APART = frozenset({Role.AUDITOR, Role.ADMIN})
ROLL_TAKERS = frozenset(
    {Role.CLASS_TEACHER, Role.LEADER, Role.REGISTRAR, Role.DUTY_TEACHER}
)

SigninName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.-]{1,31}$")]


def covers(granted: int, township_id: int) -> bool:
    """Tell whether a grant for `granted` reaches a township.

    A county's code x 1000 reaches its townships; 0 is the whole server (系统管理员 only).
    """
    county, of_county = divmod(granted, 1000)
    return granted in {0, township_id} or (not of_county and county == township_id // 1000)


class Grant(Record):
    """What one account may do, where, and from when to when (`to_on` exclusive)."""

    id: int
    role: Role
    post: Post | None = None
    acting: Acting | None = None
    township_id: int
    school_id: int | None = None
    class_id: int | None = None
    village_id: int | None = None
    from_on: date
    to_on: date | None = None
    # The school's name, else the township's; "" for a county or the whole server.
    place_name: str = ""


class Scope(Record):
    """What a person may see: the union of their grants, as ids for a query.

    `reach` lists every township any of it lies in; it narrows a query before anything else.
    """

    reach: tuple[int, ...] = ()
    townships: tuple[int, ...] = ()
    schools: tuple[int, ...] = ()
    classes: tuple[int, ...] = ()
    villages: tuple[int, ...] = ()

    def sees(self, township_id: int, school_id: int, class_id: int) -> bool:
        """Tell whether a class lies in it, as the queries do."""
        return township_id in self.reach and (
            township_id in self.townships
            or school_id in self.schools
            or class_id in self.classes
        )


class Actor(Record):
    """A signed-in person with the grants in force today."""

    account_id: int
    signin_name: str
    name: Words
    grants: Annotated[tuple[Grant, ...], Field(default=())]
    # A county grant is expanded to the townships of the county when the person signs in.
    county_townships: tuple[int, ...] = ()
    must_change_password: bool = False
    password_set_at: Moment | None = None
    # It has stood for the days that the server's settings give it.
    password_is_old: bool = False
    # The day it will have, where that is near.
    password_ends_on: date | None = None

    @property
    def must_renew(self) -> bool:
        """Tell whether nothing is open to this person before a new password is set."""
        return self.must_change_password or self.password_is_old

    @property
    def has_pupils(self) -> bool:
        """Tell whether any of this person's posts has to do with pupils."""
        return any(grant.role not in APART for grant in self.grants)

    @property
    def opens_files(self) -> bool:
        """Tell whether this person may open a child's file; 值班/宿管 sees who is missing."""
        return any(g.role not in APART | {Role.DUTY_TEACHER} for g in self.grants)

    @property
    def headed_classes(self) -> tuple[int, ...]:
        """Return the classes this person heads, or stands in for the head teacher of."""
        heads = (g for g in self.grants if g.role is Role.CLASS_TEACHER)
        return tuple(g.class_id for g in heads if g.class_id is not None)

    @property
    def scope(self) -> Scope:
        """Return of which children this person may see what is known."""
        return self._scope(WHOLE_SCHOOL)

    @property
    def roll_scope(self) -> Scope:
        """Return whose rolls this person may see, and so who is missing.

        值班/宿管 have the school's; what else is known of a child is none of theirs.
        """
        return self._scope(WHOLE_SCHOOL | {Role.DUTY_TEACHER})

    def _scope(self, whole_school: frozenset[Role]) -> Scope:
        townships = {
            t
            for g in self.grants
            if g.role in WHOLE_TOWNSHIP and g.school_id is None
            for t in ((g.township_id,) if g.township_id % 1000 else self.county_townships)
        }
        return Scope(
            reach=tuple(sorted(townships | {g.township_id for g in self.grants})),
            townships=tuple(sorted(townships)),
            schools=tuple(
                sorted(
                    g.school_id
                    for g in self.grants
                    if g.school_id is not None and g.role in whole_school
                )
            ),
            classes=tuple(
                sorted(g.class_id for g in self.grants if g.class_id is not None)
            ),
            villages=tuple(
                sorted(g.village_id for g in self.grants if g.village_id is not None)
            ),
        )

    def holds(
        self,
        *roles: Role,
        township_id: int | None = None,
        school_id: int | None = None,
        class_id: int | None = None,
    ) -> bool:
        """Tell whether a grant of one of `roles` covers the place named.

        A class grant covers only its class, a school grant its school, a township or
        county grant every school of it.
        """
        return any(
            grant.role in roles
            and (grant.class_id is None or grant.class_id == class_id)
            and (grant.school_id is None or grant.school_id == school_id)
            and (township_id is None or covers(grant.township_id, township_id))
            for grant in self.grants
        )

    def has(self, *roles: Role) -> bool:
        """Tell whether any grant, wherever it holds, is of one of `roles`."""
        return any(grant.role in roles for grant in self.grants)

    def must_open_files(self) -> None:
        """Refuse a post that may not open a child's file; raises NotYours."""
        if not self.opens_files:
            raise NotYours("班主任、校领导、教务和上级")

    def signs_for(self, school_id: int) -> Grant | None:
        """Return the grant by which this person signs for a school: 校长, else 代签."""
        led = [g for g in self.grants if g.role is Role.LEADER]
        mine = [g for g in led if g.school_id == school_id]
        return next(
            (g for g in mine if g.post is Post.PRINCIPAL and g.acting is None),
            next((g for g in mine if g.acting is Acting.SIGNATURE), None),
        )

    def must_hold(
        self,
        *roles: Role,
        township_id: int | None = None,
        school_id: int | None = None,
        class_id: int | None = None,
    ) -> None:
        """Refuse unless a grant of one of `roles` covers the place.

        Raises NotYours naming the roles, or OutOfSight when the place is not in scope.
        """
        place = {"township_id": township_id, "school_id": school_id, "class_id": class_id}
        if self.holds(*roles, **place):
            return
        # A class teacher's own school is no secret from them; another class's child is.
        at_home = class_id is None and any(
            g.school_id == school_id is not None and g.township_id == township_id
            for g in self.grants
        )
        if not at_home and not self.holds(*Role, **place):
            raise OutOfSight
        raise NotYours("、".join(role.label for role in roles))
