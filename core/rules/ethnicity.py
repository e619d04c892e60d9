"""The names of the 56 ethnic groups in the order of their codes (GB/T 3304)."""

from typing import Final

_NAMES: Final = (
    "汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 "
    "高山 拉祜 水 东乡 纳西 景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 "
    "普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 塔塔尔 独龙 鄂伦春 赫哲 门巴 "
    "珞巴 基诺"
)
ETHNICITIES: Final = tuple(f"{name}族" for name in _NAMES.split())


def ethnicity_of(code: str, label: str) -> str | None:
    """Return 汉族 for `01-汉族`, `汉` or `01`; any other word stays as it is written."""
    if label:
        whole = label if label.endswith("族") else f"{label}族"
        return whole if whole in ETHNICITIES else label
    if code.isdigit() and 1 <= int(code) <= len(ETHNICITIES):
        return ETHNICITIES[int(code) - 1]
    return None
