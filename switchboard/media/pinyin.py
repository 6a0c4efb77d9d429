"""Chinese text as pinyin with tone numbers, which espeak-ng's ``cmn-latn-pinyin`` voice reads."""

import re

# Marks that espeak-ng pauses at, by the Chinese marks they stand for; it pauses at no others.
PAUSES = str.maketrans({
    "，": ",", "、": ",", "。": ".", "；": ";", "：": ":", "？": "?", "！": "!",
    "（": ",", "）": ",", "“": " ", "”": " ", "《": " ", "》": " ", "…": ",",
})  # fmt: skip


def to_pinyin(text: str) -> str:
    """Return *text* with each hanzi as a syllable, such as ``nin2 hao3, qing3 an4 1``.

    Readings follow the words around (重新 is ``chong2 xin1``), 一 and 不 change their tone as they
    are spoken. Everything that is no hanzi stays: digits are read in Chinese, Latin words in
    English.
    """
    import pypinyin  # its dictionary takes 0.2 s to load; only Chinese needs it

    syllables = pypinyin.lazy_pinyin(
        text, style=pypinyin.Style.TONE3, neutral_tone_with_five=True, tone_sandhi=True
    )
    return re.sub(r"\s+([,.;:?!])", r"\1", " ".join(syllables).translate(PAUSES))
