"""The names that heads of a roster go by: the national template's and the schools' own.

Reading a sheet's heads with them is `roster_head`.  家庭住址 is not the hukou, and
监护人电话 is the telephone of the first guardian (domain.md 7.1).
"""

from enum import StrEnum
from types import MappingProxyType
from typing import Final

from core.rules.student import GroupKind


class Field(StrEnum):
    """What a column tells of the child, under the name the national template gives it."""

    SCHOOL = "学校标识码"
    NAME = "姓名"
    SEX = "性别"
    BORN = "出生日期"
    ETHNICITY = "民族"
    ID_KIND = "身份证件类型"
    ID_NUMBER = "身份证件号"
    NATIONAL_NO = "学籍号"
    AUX_NO = "学籍辅号"
    CLASS = "班号"
    GRADE = "年级"
    SEAT = "班内学号"
    BOARDING = "就读方式"
    BOARDER = "是否住校"
    HUKOU = "户口所在地行政区划"
    ADDRESS = "现住址"
    HOME = "家庭地址"
    MAIL = "通信地址"
    PHONE = "联系电话"
    HEALTH = "健康状况"
    DISABILITY = "残疾类型"
    LEFT_BEHIND = "是否留守儿童"


class Part(StrEnum):
    """What a column tells of one guardian."""

    NAME = "姓名"
    RELATION = "关系"
    PHONE = "联系电话"
    ADDRESS = "现住址"
    IS_GUARDIAN = "是否监护人"


FIELDS: Final = MappingProxyType(
    {
        alias: field
        for field, aliases in (
            (Field.SCHOOL, "学校代码 学校编码"),
            (Field.NAME, "学生姓名 名字 学生名字"),
            (Field.SEX, "学生性别"),
            (Field.BORN, "出生年月日 出生年月 生日"),
            (Field.ETHNICITY, "民族名称 学生民族"),
            (Field.ID_KIND, "证件类型 身份证类型 身份证件类别"),
            (
                Field.ID_NUMBER,
                "身份证号 身份证号码 身份证件号码 证件号码 证件号 身份证 学生身份证号",
            ),
            (Field.NATIONAL_NO, "全国学籍号 学籍主号 国网学籍号 学籍号码"),
            (Field.AUX_NO, "省学籍号 学籍副号 地方学籍号"),
            (Field.CLASS, "班级 所在班级 班别 班级名称 所在班 现在班级 年级班级 班级全称"),
            (Field.GRADE, "所在年级 年级名称 现在年级"),
            (Field.SEAT, "座号 班内序号 班内编号"),
            (Field.BOARDING, "就读形式 走读住校"),
            (Field.BOARDER, "是否寄宿 是否寄宿生 是否住校生 住校 寄宿 寄宿生 住校生 住宿"),
            (Field.HUKOU, "户籍地址 户口所在地 户籍住址 户籍所在地 户口地址 户籍地 户籍"),
            (Field.ADDRESS, "现住地址 现居住地址 现居住地 居住地址 住址"),
            (Field.HOME, "家庭住址 家庭详细地址"),
            (Field.MAIL, "通讯地址"),
            (Field.PHONE, "学生电话 学生联系电话 本人电话"),
            (Field.DISABILITY, "残疾类别"),
            (Field.LEFT_BEHIND, "留守儿童 留守情况 是否留守"),
            (Field.HEALTH, ""),
        )
        for alias in (field.value, *aliases.split())
    }
)

GROUPS: Final = MappingProxyType(
    {
        alias: kind
        for kind, aliases in (
            (GroupKind.LIFTED, "脱贫户 建档立卡 建档立卡户 建档立卡贫困户 脱贫家庭"),
            (GroupKind.MONITORED, "监测对象 监测户 三类监测对象 防返贫监测对象"),
            (GroupKind.DIBAO, "低保 低保户 享受低保 低保家庭"),
            (GroupKind.TEKUN, "特困 特困供养 特困人员 特困救助供养"),
            (GroupKind.ORPHAN, "孤儿"),
            (GroupKind.UNSUPPORTED, "事实无人抚养 事实无人抚养儿童"),
            (GroupKind.MIGRANT, "随迁子女 进城务工人员随迁子女 外来务工人员随迁子女"),
            (GroupKind.DISABLED, "残疾 残疾学生 残疾儿童 残疾人"),
            (GroupKind.INCLUSIVE, "随班就读"),
            (GroupKind.DISABLED_PARENT, "残疾人子女"),
            (GroupKind.SINGLE_PARENT, "单亲 单亲家庭 单亲家庭子女"),
            (
                GroupKind.PARENT_IN_CUSTODY,
                "服刑人员子女 服刑或戒毒人员子女 服刑人员未成年子女",
            ),
            (GroupKind.IN_DIFFICULTY, "困境儿童"),
            (GroupKind.MARTYR, "烈士或优抚子女 烈士子女 优抚子女"),
            (GroupKind.GRANDPARENT_CARE, "隔代监护"),
        )
        for alias in aliases.split()
    }
)

PARTS: Final = MappingProxyType(
    {
        alias: part
        for part, aliases in (
            (Part.NAME, "姓名 名字"),
            (Part.RELATION, "关系 与学生关系 与本人关系"),
            (Part.PHONE, "联系电话 电话 手机 手机号 手机号码 电话号码 联系方式"),
            (Part.ADDRESS, "现住址 住址 地址"),
            (Part.IS_GUARDIAN, "是否监护人"),
        )
        for alias in aliases.split()
    }
    | {"": Part.NAME}
)
