"""A child, the people who answer for it, and the codes that describe both.

Codes are those of the national register (学籍) where it has one, English words where it
has none.  What a roster row says is `roster_record`; identity numbers are `identity`.
"""

from types import MappingProxyType
from typing import Final

from core.rules.base import Coded, Record, Words


class Sex(Coded):
    """性别."""

    MALE = "male", "男"
    FEMALE = "female", "女"


class GuardianRelation(Coded):
    """What a guardian is to the child (GB/T 4761, as the national register uses it)."""

    FATHER = "51", "父亲"
    MOTHER = "52", "母亲"
    STEPFATHER = "57", "继父或养父"
    STEPMOTHER = "58", "继母或养母"
    OTHER_PARENT = "59", "其他父母关系"
    GRANDFATHER = "61", "祖父"
    GRANDMOTHER = "62", "祖母"
    MATERNAL_GRANDFATHER = "63", "外祖父"
    MATERNAL_GRANDMOTHER = "64", "外祖母"
    ELDER_BROTHER = "71", "兄"
    YOUNGER_BROTHER = "73", "弟"
    ELDER_SISTER = "75", "姐姐"
    YOUNGER_SISTER = "77", "妹妹"
    UNCLE_ELDER = "81", "伯父"
    UNCLE_YOUNGER = "83", "叔父"
    UNCLE_MATERNAL = "85", "舅父"
    AUNT_MATERNAL = "88", "姨母"
    AUNT_PATERNAL = "90", "姑母"
    OTHER_RELATIVE = "97", "其他亲属"
    NOT_A_RELATIVE = "99", "非亲属"
    UNKNOWN = "00", "未说明"


PARENTS: Final = frozenset({GuardianRelation.FATHER, GuardianRelation.MOTHER})


class Disability(Coded):
    """残疾类别 (GB/T 26341)."""

    SIGHT = "1", "视力残疾"
    HEARING = "2", "听力残疾"
    SPEECH = "3", "言语残疾"
    LIMB = "4", "肢体残疾"
    INTELLECT = "5", "智力残疾"
    MIND = "6", "精神残疾"
    SEVERAL = "7", "多重残疾"


class LeftBehind(Coded):
    """是否留守儿童 as the register codes it: one parent away, or both."""

    ONE_PARENT = "1", "单亲留守"
    BOTH_PARENTS = "2", "双亲留守"


class GroupKind(Coded):
    """Why a child deserves special attention; a child may be in several groups."""

    LIFTED = "lifted_household", "脱贫户"
    MONITORED = "monitored_household", "监测对象"
    DIBAO = "dibao", "低保"
    TEKUN = "tekun", "特困"
    ORPHAN = "orphan", "孤儿"
    UNSUPPORTED = "de_facto_unsupported", "事实无人抚养"
    LEFT_BEHIND = "left_behind", "留守"
    MIGRANT = "migrant_worker_child", "随迁子女"
    DISABLED = "disabled", "残疾"
    INCLUSIVE = "inclusive_placement", "随班就读"
    DISABLED_PARENT = "disabled_parent", "残疾人子女"
    SINGLE_PARENT = "single_parent", "单亲"
    PARENT_IN_CUSTODY = "parent_in_custody", "服刑或戒毒人员子女"
    IN_DIFFICULTY = "in_difficulty", "困境儿童"
    MARTYR = "martyr_family", "烈士或优抚子女"
    IN_CASE = "minor_in_case", "涉案未成年人"
    MIND_WATCHED = "mind_watched", "心理重点关注"
    MINORITY = "minority", "少数民族"
    LOW_ACHIEVER = "low_achiever", "学困"
    SCHOOL_AVERSE = "school_averse", "厌学"
    RETURNED = "returned_dropout", "曾辍学返校"
    GRANDPARENT_CARE = "grandparent_care", "隔代监护"


class EnrolmentStatus(Coded):
    """Where a child with a 学籍 stands (domain.md 2, roll_status)."""

    ENROLLED = "enrolled", "在籍在校"
    LONG_LEAVE = "long_leave", "长期请假"
    SUSPENDED = "suspended", "休学"
    STUDYING_OUT = "studying_out", "外地就读"
    GUEST = "guest", "借读"
    HOME_TEACHING = "home_teaching", "送教上门"
    SUSPECTED = "suspected", "疑似辍学"
    DROPPED = "dropped", "辍学"
    TRANSFERRED_OUT = "transferred_out", "转出"
    DEFERRED = "deferred", "延缓入学"
    EXEMPT = "exempt", "免学"
    SPECIALIZED = "specialized", "专门学校就读"
    ABROAD = "abroad", "出国（境）"
    DECEASED = "deceased", "死亡"
    GRADUATED = "graduated", "毕业"
    # Of a child that has a case and was in no school: over before any list is asked for.
    NEVER_ENROLLED = "never_enrolled", "未入学"


class Guardian(Record):
    """One person who answers for a child; `ordinal` 1 is telephoned first."""

    ordinal: int
    name: Words
    relation: GuardianRelation = GuardianRelation.UNKNOWN
    is_guardian: bool = True
    phone: str | None = None
    address: Words | None = None


class SpecialGroup(Record):
    """A group the child belongs to, with its kind within the group where one is known."""

    kind: GroupKind
    detail: Words | None = None


RELATIONS: Final = MappingProxyType({one.value: one.label for one in GuardianRelation})


def relation_label(relation: str) -> str:
    """Return 母亲 for the national code 52; a relation in words stays as it is."""
    return RELATIONS.get(relation, relation)


def relation_of(relation: str | None) -> str:
    """Return it as a paper says it: nothing of one that nobody has told."""
    told = relation_label(relation or "")
    return "" if told == GuardianRelation.UNKNOWN.label else told
