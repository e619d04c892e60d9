import pytest

from core.rules.pinyin import readings

# Surnames by hand, as a class teacher calls them.
SURNAMES = """
曾zeng 单shan 仇qiu 解xie 查zha 区ou 盖ge 翟zhai 召shao 朴piao 任ren 华hua 纪ji 宁ning
燕yan 应ying 占zhan 曲qu 覃qin 缪miao 谌chen 乐yue 冼xian 员yun 逄pang 郇xun 郗xi 隗wei
黑he 繁po 折she 种chong 重chong 晁chao 车che 石shi 沈shen 柏bai 薄bo 卜bu 都du 费fei
盛sheng 葛ge 句gou 过guo 贾jia 万wan 牟mou 那na 能nai 粘nian 乜nie 强qiang 郄qie 瞿qu
莘shen 宿su 尉wei 相xiang 行xing 幺yao 要yao 臧zang 藏zang 长zhang 訾zi 宓mi 洗xian 秘bi
"""


@pytest.mark.parametrize("line", SURNAMES.split())
def test_a_surname_is_read_as_a_surname(line: str) -> None:
    surname, reading = line[0], line[1:]
    found = readings(f"{surname}英")
    assert found.key == f"{reading} ying"
    assert found.initials[0] == f"{reading[0]}y"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("尉迟恭", "yu chi gong"),
        ("长孙英", "zhang sun ying"),
        ("万俟英", "mo qi ying"),
        ("澹台明", "tan tai ming"),
        ("单于英", "chan yu ying"),
        ("欧阳子明", "ou yang zi ming"),
        ("令狐明", "ling hu ming"),
    ],
)
def test_a_surname_of_two_characters_is_read_whole(name: str, key: str) -> None:
    assert readings(name).key == key


def test_every_reading_can_be_typed_the_surname_s_own_first() -> None:
    assert readings("单英").initials == ("sy", "dy")
    # 单于 may be the surname of two characters, or 单 and a given name.
    assert {"cyy", "syy", "dyy"} <= set(readings("单于英").initials)
    assert readings("王乐").initials[:2] == ("wl", "wy")


def test_u_with_dots_is_v_as_keyboards_have_it() -> None:
    assert readings("吕绿").key == "lv lv"


def test_the_key_sorts_by_syllable_not_by_letter() -> None:
    # li-an before lian, as in a dictionary.
    assert sorted(["连英", "李安英"], key=lambda name: readings(name).key) == [
        "李安英",
        "连英",
    ]


def test_the_dot_of_a_minority_name_is_not_typed() -> None:
    found = readings("买买提·艾力")
    assert found.key == "mai mai ti ai li"
    assert found.initials[0] == "mmtal"


def test_a_word_of_latin_letters_counts_once_without_its_accents() -> None:
    assert readings("Éva Müller").key == "eva muller"
    assert readings("Anna李").initials == ("al",)


def test_a_character_nobody_can_read_stands_last_and_is_not_typed() -> None:
    unread = readings("李\U0002a700")
    assert unread.initials == ("l",)
    assert unread.key > readings("李自").key
    assert readings("\ue000").initials == ()


def test_a_name_of_many_readings_stays_bounded() -> None:
    found = readings("单" + "乐行重朝长" * 10)
    assert len(found.initials) == 12
    assert len(set(found.initials)) == 12


def test_an_empty_name_has_a_key_that_sorts_last() -> None:
    assert readings("").key == "~"
