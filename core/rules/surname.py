"""How surnames are read: a character's everyday reading is often not the surname's.

The dictionary reads 曾 as céng, 单 as dān, 仇 as chóu.  Here each surname's own reading
stands first, then others that people may type.  Only surnames that a dictionary gets
wrong, or that have several readings, are listed.
"""

from types import MappingProxyType
from typing import Final

_SINGLE: Final = (
    "曾 zeng|单 shan dan|仇 qiu chou|解 xie jie|查 zha cha|区 ou qu|盖 ge gai|翟 zhai di"
    "|召 shao zhao|朴 piao pu|任 ren|华 hua|纪 ji|宁 ning|燕 yan|应 ying|哈 ha|占 zhan"
    "|曲 qu|覃 qin tan|缪 miao mou|谌 chen shen|乐 yue le|冼 xian|洗 xian xi|员 yun yuan"
    "|贠 yun yuan|秘 bi mi|祭 zhai ji|逄 pang|郇 xun huan|郗 xi chi|隗 wei kui|佴 nai er"
    "|黑 he hei|繁 po fan|折 she zhe|种 chong zhong|重 chong zhong|晁 chao|车 che ju"
    "|石 shi|沈 shen|柏 bai bo|薄 bo bao|卜 bu|都 du dou|费 fei bi|盛 sheng|葛 ge"
    "|句 gou ju|勾 gou|过 guo|撖 han|贾 jia gu|降 jiang xiang|角 jue jiao|亢 kang"
    "|阚 kan|雒 luo|逯 lu|万 wan mo|牟 mou mu|那 na|能 nai neng|粘 nian zhan|乜 nie mie"
    "|强 qiang jiang|郄 qie xi|瞿 qu|阙 que|撒 sa|沙 sha|莘 shen xin|宿 su xiu|眭 sui"
    "|遆 ti|庹 tuo|尉 wei yu|蔚 yu wei|相 xiang|行 xing hang|幺 yao|要 yao|於 yu"
    "|臧 zang|昝 zan|藏 zang cang|仉 zhang|长 zhang chang|中 zhong|訾 zi|宓 mi fu|贲 ben"
    "|晟 cheng sheng|乘 sheng cheng|隽 juan jun|叶 ye|尹 yin|余 yu|于 yu|合 he ge"
    "|观 guan|冠 guan|教 jiao|校 jiao xiao|称 cheng|洪 hong|呙 guo|妫 gui|麴 qu|戚 qi"
    "|牛 niu|厍 she|佘 she|适 kuo shi|褚 chu zhu|褶 zhe xi|泷 long shuang|会 gui hui"
    "|吕 lv|尧 yao|许 xu|郝 hao|俞 yu|南 nan|大 da|洛 luo|景 jing|冯 feng ping"
    "|巷 xiang|陆 lu|弥 mi|奇 qi ji|奔 ben|炅 gui jiong|炔 gui|宫 gong|父 fu|敦 dun"
)
_DOUBLE: Final = (
    "尉迟 yu chi|长孙 zhang sun|万俟 mo qi|澹台 tan tai|单于 chan yu|令狐 ling hu"
    "|宰父 zai fu|子车 zi ju|乐正 yue zheng|谷梁 gu liang|穀梁 gu liang|夹谷 jia gu"
    "|亓官 qi guan|诸葛 zhu ge|皇甫 huang fu|夏侯 xia hou|上官 shang guan|欧阳 ou yang"
    "|司马 si ma|司徒 si tu|司空 si kong|司寇 si kou|公孙 gong sun|慕容 mu rong"
    "|宇文 yu wen|呼延 hu yan|鲜于 xian yu|东方 dong fang|南宫 nan gong|西门 xi men"
    "|独孤 du gu|拓跋 tuo ba|赫连 he lian|轩辕 xuan yuan|濮阳 pu yang|淳于 chun yu"
    "|太叔 tai shu|申屠 shen tu|钟离 zhong li|闾丘 lv qiu|端木 duan mu|百里 bai li"
    "|东郭 dong guo|南门 nan men|羊舌 yang she|微生 wei sheng|梁丘 liang qiu"
    "|左丘 zuo qiu|第五 di wu|公冶 gong ye|宗政 zong zheng|巫马 wu ma|公西 gong xi"
    "|漆雕 qi diao|壤驷 rang si|公良 gong liang|段干 duan gan|贺兰 he lan|完颜 wan yan"
    "|纳兰 na lan|爱新 ai xin|叶赫 ye he|耶律 ye lv|相里 xiang li|哥舒 ge shu"
)


def _table(lines: str) -> MappingProxyType[str, tuple[str, ...]]:
    entries = (line.split() for line in lines.split("|"))
    return MappingProxyType({name: tuple(readings) for name, *readings in entries})


# A surname of one character -> its readings, the usual one first.
SINGLE: Final = _table(_SINGLE)
# A surname of two characters -> its two syllables.
DOUBLE: Final = _table(_DOUBLE)
