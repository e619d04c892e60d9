"""The blocklist: what people in a school put their passwords together from.

Written down from what is commonly known of leaked passwords and of schools; `password`
counts each entry as one piece.  It stands in the program so that nobody has to fetch one.
"""

from typing import Final

# Rows, columns and orders that a finger follows; each is read backwards too.
KEYBOARD: Final = (
    *("01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz"),
    *(
        "!@#$%^&*()",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
        "qazwsxedcrfvtgbyhnujm",
        "!qaz@wsx#edc",
    ),
    *(
        "q1w2e3r4t5y6",
        "1q2w3e4r5t6y",
        "a1b2c3d4e5f6",
        "1a2b3c4d5e6f",
        "147258369",
        "159753",
    ),
    *("123123123123", "321321321321", "112233445566778899", "aabbccddeeff", "121212121212"),
    *(
        "abcabcabcabc",
        "123321",
        "1234321",
        "135792468",
        "2468013579",
        "asdasdasd",
        "qweqweqwe",
    ),
    *("zxczxczxc", "qweasdzxc", "qwerasdfzxcv", "poiuytrewq", "1234554321", "19491001"),
)

# Tried first everywhere; numbers that are words; what Chinese people mean, typed without
# tones; the office and the school.
_WORDS: Final = """
password passw0rd passwd pass word admin administrator root guest user test demo
login logon signin welcome letmein changeme default secret master super
server system public private access account manager monitor oracle postgres
mysql redis linux ubuntu debian centos windows microsoft google apple huawei
xiaomi tencent baidu alibaba taobao weixin wechat qqcom putty xshell secure
hello world helloworld iloveyou loveyou love baby angel princess prince dragon
monkey tiger panda superman batman spiderman pokemon starwars football
basketball soccer sunshine summer winter spring autumn monday friday money
freedom whatever nothing trustno forever michael jordan kobe james jackson
daniel jessica ashley nicole charlie thomas robert andrew joshua happy lucky
smile flower star king queen china beijing shanghai shenzhen guangzhou office
teacher student school class english computer internet network abc xyz asd qwe
zxc qaz wsx edc rfv tgb xxx zzz aaa ok yes no hi my new old big
520 521 1314 5201314 1314520 521314 5211314 7758521 7758258 88 666 888 168 518
110 119 120 911 10086 10010 10000 12306 12345 12315 12355 1949 1001
woaini wo1ai1ni aini woaiwojia woaizhongguo woaixuexi nihao nihaoma mima mima
denglu yonghu guanli guanliyuan zhanghao kouling anquan xitong shuju
zhongguo zhonghua renmin beijing laopo laogong baobao baobei mama baba yeye
nainai gege jiejie didi meimei erzi nver haizi xiaohai pengyou qinai xihuan
kuaile xingfu jiankang pingan facai gongxi shengri xinnian chunjie
baoxue kongchuo baoxuekongchuo kongchuobaoxue yiwu yiwujiaoyu jiaoyu jiaoyuju
jiaoguanzu jiaoguanban zhengfu xiangzhen zhenzhengfu cunwei jichu jijiaoke
xuexiao xiaoxue zhongxue chuzhong gaozhong youeryuan jiaoxuedian jiunianyiguan
laoshi jiaoshi banzhuren xiaozhang fuxiaozhang zhuren jiaowu jiaowuchu jiaodao
zhengjiao xuesheng xueji banji nianji yinianji ernianji sannianji sinianji
wunianji liunianji qinianji banianji jiunianji dianming qingjia kaoqin jiafang
yuwen shuxue yingyu kecheng zuoye kaoshi chengji zhongxin zhongxinxiaoxue
xiwang xiwangxiaoxue shiyan shiyanxiaoxue
"""
WORDS: Final = frozenset(_WORDS.split())

# Every syllable of 汉语拼音 of two letters or more, without tones; v stands for ü.
_SYLLABLES: Final = """
ai an ang ao ei en eng er ou
ba bai ban bang bao bei ben beng bi bian biao bie bin bing bo bu
pa pai pan pang pao pei pen peng pi pian piao pie pin ping po pou pu
ma mai man mang mao me mei men meng mi mian miao mie min ming miu mo mou mu
fa fan fang fei fen feng fo fou fu
da dai dan dang dao de dei den deng di dia dian diao die ding diu dong dou du
duan dui dun duo
ta tai tan tang tao te teng ti tian tiao tie ting tong tou tu tuan tui tun tuo
na nai nan nang nao ne nei nen neng ni nian niang niao nie nin ning niu nong nou
nu nuan nuo nv nve
la lai lan lang lao le lei leng li lia lian liang liao lie lin ling liu long lou
lu luan lun luo lv lve
ga gai gan gang gao ge gei gen geng gong gou gu gua guai guan guang gui gun guo
ka kai kan kang kao ke ken keng kong kou ku kua kuai kuan kuang kui kun kuo
ha hai han hang hao he hei hen heng hong hou hu hua huai huan huang hui hun huo
ji jia jian jiang jiao jie jin jing jiong jiu ju juan jue jun
qi qia qian qiang qiao qie qin qing qiong qiu qu quan que qun
xi xia xian xiang xiao xie xin xing xiong xiu xu xuan xue xun
zha zhai zhan zhang zhao zhe zhei zhen zheng zhi zhong zhou zhu zhua zhuai zhuan
zhuang zhui zhun zhuo
cha chai chan chang chao che chen cheng chi chong chou chu chua chuai chuan
chuang chui chun chuo
sha shai shan shang shao she shei shen sheng shi shou shu shua shuai shuan
shuang shui shun shuo
ran rang rao re ren reng ri rong rou ru ruan rui run ruo
za zai zan zang zao ze zei zen zeng zi zong zou zu zuan zui zun zuo
ca cai can cang cao ce cen ceng ci cong cou cu cuan cui cun cuo
sa sai san sang sao se sen seng si song sou su suan sui sun suo
ya yan yang yao ye yi yin ying yo yong you yu yuan yue yun
wa wai wan wang wei wen weng wo wu
"""
SYLLABLES: Final = frozenset(_SYLLABLES.split())
