"""Names of invented people, firms and places, made up in each language on its own and never transliterated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

GIVEN = {
    "en": "Ada Amos Anya Bela Blythe Boyd Cara Cleo Clive Cora Della Dora Edgar Elsie Enid Ezra Fay Felix "
    "Flora Gwen Hattie Hugo Ida Ines Iris Ivor Jonah Josie June Kit Lena Leo Lois Lorna Lyle Mabel "
    "Maeve Miles Milo Nell Nora Olive Oscar Otis Pearl Percy Quinn Rhea Rolf Rosa Rufus Selma Silas "
    "Stella Tess Theo Una Vera Wilf Zoe",
    "zh": "安然 柏舟 采薇 晨曦 楚云 春生 丹青 迪生 冬梅 芳菲 飞雪 谷雨 桂香 海棠 含章 鹤鸣 弘毅 慧心 佳禾 "
    "建业 静姝 俊杰 可心 兰亭 乐天 立夏 林泉 流萤 洛宁 曼青 茂林 明远 沐阳 念慈 培风 平川 清和 秋实 "
    "如意 若水 善良 诗雨 书瑶 思源 松涛 婉清 文心 夏禾 向阳 晓舟 心怡 修竹 雪梅 雅琴 一诺 逸飞 雨桐 "
    "远山 知秋 子衿",
}
FAMILY = {
    "en": "Amberley Applegarth Barrow Bellweather Birchall Brook Candlewick Copperfield Dale Dunmore "
    "Elmsworth Fairley Fennimore Greenhalgh Hale Hawthorn Hazeldine Holloway Ironside Juniper "
    "Kettlewell Lark Lindqvist Marlow Merriweather Nightingale Oakes Pennyworth Quill Redfern Rowan "
    "Sallow Silverton Starling Thistle Underhill Vane Weatherby Whitlock Wren",
    "zh": "赵 钱 孙 李 周 吴 郑 王 冯 陈 褚 卫 蒋 沈 韩 杨 朱 秦 许 何 吕 张 孔 曹 严 华 金 魏 陶 姜 谢 邹 "
    "苏 潘 葛 范 彭 鲁 韦 马 苗 方 俞 任 袁 柳 唐 罗 薛 叶 欧阳 上官 司马 诸葛",
}
HOUSE = {
    "en": "Bramble Cobalt Cloudberry Dovetail Ember Fernhill Foxglove Gingham Halfmoon Indigo Kingfisher "
    "Larkspur Mossy Northlight Otter Paperboat Pinecone Quince Riverstone Saffron Tallship Umber "
    "Violet Willow Yellowdoor",
    "zh": "半月 百草 彩陶 橙子 飞鱼 枫桥 谷仓 海盐 红果 黄门 火石 锦鲤 蓝鹊 鹿角 萌芽 木棉 南窗 拾光 石榴 "
    "水獭 松果 听雨 晚风 纸船 紫藤",
}
TRADE = {
    "en": ["Dental Practice", "Bookshop", "Design Studio", "Guesthouse", "Law Office", "Print Works", "Yoga House",
           "Bakery", "Software", "Language School", "Clinic", "Theatre"],
    "zh": ["口腔诊所", "书店", "设计工作室", "民宿", "律师事务所", "印务",
           "瑜伽馆", "面包坊", "软件", "语言学校", "诊所", "剧场"],
}  # fmt: skip
REGION = {
    "en": ["Lantern Quay", "Old Mill Town", "Seven Bridges", "Upper Orchard", "Windmill Heath", "Mirror Lake"],
    "zh": ["灯笼码头", "老磨坊镇", "七桥", "上果园", "风车坡", "镜湖"],
}
REGION_WEIGHTS = [0.28, 0.22, 0.18, 0.14, 0.10, 0.08]


def _pick(rng: np.random.RandomState, words: str) -> str:
    choices = words.split()
    return choices[int(rng.randint(len(choices)))]


def person(rng: np.random.RandomState) -> dict[str, str]:
    """Return the name of an invented person in each language."""
    return {
        "en": f"{_pick(rng, GIVEN['en'])} {_pick(rng, FAMILY['en'])}",
        "zh": f"{_pick(rng, FAMILY['zh'])}{_pick(rng, GIVEN['zh'])}",
    }


def firm(rng: np.random.RandomState) -> dict[str, str]:
    """Return the name of an invented firm in each language, of the same trade in all."""
    trade = int(rng.randint(len(TRADE["en"])))
    return {
        "en": f"{_pick(rng, HOUSE['en'])} {TRADE['en'][trade]}",
        "zh": f"{_pick(rng, HOUSE['zh'])}{TRADE['zh'][trade]}",
    }


def region(rng: np.random.RandomState) -> dict[str, Any]:
    """Return an invented place, the same one in each language."""
    place = int(rng.choice(len(REGION_WEIGHTS), p=REGION_WEIGHTS))
    return {lang: REGION[lang][place] for lang in REGION}
