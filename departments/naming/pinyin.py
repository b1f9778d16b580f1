"""Names of places in Latin letters, to sort and to type: databases here know no Chinese order."""

# Readings of place names that the dictionary, made for words, gets wrong.
_NAMES = {
    "单县": "shan xian",
    "六安": "lu an",
    "莘县": "shen xian",
    "什邡": "shi fang",
    "筠连": "jun lian",
    "涡阳": "guo yang",
    "漯河": "luo he",
    "朝阳": "chao yang",
    "朝天": "chao tian",
    "宕昌": "tan chang",
    "珲春": "hun chun",
    "乐陵": "lao ling",
    "洪洞": "hong tong",
    "荥经": "ying jing",
    "浚县": "xun xian",
    "繁峙": "fan shi",
    "大城县": "dai cheng xian",
    "柞水": "zha shui",
    "长子": "zhang zi",
}
# In names of places these have one reading, whatever they have in words.
_CHARACTERS = {"长": "chang", "都": "du"}


def pinyin_of(name: str) -> tuple[str, str]:
    """(xuzhoushi, xzs) of 徐州市."""
    from pypinyin import lazy_pinyin  # late: its dictionaries take memory and time

    syllables = [
        _CHARACTERS.get(character, syllable)
        for character, syllable in zip(name, lazy_pinyin(name, errors=list), strict=True)
    ]
    for place, reading in _NAMES.items():
        if name.startswith(place):
            syllables[: len(place)] = reading.split()
    return "".join(syllables), "".join(syllable[0] for syllable in syllables)
