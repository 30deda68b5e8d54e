"""Cuts every IPADIC entry into UniDic short units and names each by its lemma.

    units.py IPADIC_DIRECTORY UNIDIC_DICDIR OUTPUT_DIRECTORY

`additions.csv` and `removals.csv` beside this file say which entries are put in and left out by hand.

Writes OUTPUT_DIRECTORY/entries.tsv (UTF-8, sorted) with the columns
surface, left id, right id, cost, part of speech, base form, reading, units,
and the .def files as UTF-8, unk.def with the same columns.
`*` as base form or reading stands for the surface.

The units field is a list joined by spaces. The last unit is written as its lemma and takes
the rest of the token; every other unit is written `lemma/surface`, or as the lemma alone where
it is the surface. `~` before a lemma marks a unit of grammar.
`*` stands for one unit whose lemma is the base form.
"""

import collections
import csv
import pathlib
import re
import sys

import MeCab

import lexicon

# How many of UniDic's readings of an entry are looked at for one that agrees with IPADIC's.
N_BEST = 12

DEFINITIONS = ["char.def", "matrix.def", "left-id.def", "right-id.def"]

# The last kana of a verb's dictionary form and that of its 連用形, for the godan rows.
GODAN = dict(zip("うくぐすつぬぶむる", "いきぎしちにびみり"))

# The parts of speech by which UniDic may call what IPADIC calls so.
CLASSES = {
    "名詞": {"名詞", "代名詞", "形状詞", "接尾辞", "接頭辞"},
    "動詞": {"動詞", "接尾辞"},
    "形容詞": {"形容詞", "接尾辞"},
    "副詞": {"副詞", "名詞", "形状詞"},
    "連体詞": {"連体詞"},
    "接続詞": {"接続詞"},
    "感動詞": {"感動詞"},
    "接頭詞": {"接頭辞", "名詞"},
    "助詞": {"助詞"},
    "助動詞": {"助動詞", "形状詞"},
}

# Context and cost of IPADIC's own loanwords (サーバー), for those that only UniDic has.
LOANWORD = ("1285", "1285", "3657")

# Context of IPADIC's general nouns, and the most that one of a counter's two characters may cost: a dearer one is
# taken for two words (丁 and 目).
NOUN = ("1285", "1285")
COUNTER_COST = 8500

# What IPADIC's own 読取り and 取止め cost.
VERBAL_NOUN_COST = "5620"

KANJI = "[一-龠々〆ヶ]"

# `か所`, in all its writings.
SMALL_KA = re.compile("[かカヵケヶ](国|年|所|月|村|条)")

HERE = pathlib.Path(__file__).parent

Row = collections.namedtuple("Row", "surface left right cost features")


def main(ipadic, dicdir, output):
    output.mkdir(parents=True, exist_ok=True)
    for name in DEFINITIONS:
        (output / name).write_text((ipadic / name).read_text("euc_jp"), "utf-8")
    (output / "unk.def").write_text("".join(unknown(ipadic)), "utf-8")
    rows = [*kept(entries(ipadic)), *map(entry, listed("additions.csv"))]
    words = list(lexicon.words(dicdir))
    cutter = Cutter(dicdir, rows)
    rows = without_causatives([*rows, *variants(rows, words, cutter)])
    cut = [(row, cutter.units(row)) for row in rows]
    cut = agreed([*cut, *verbal_nouns(cut)])
    cut += standing_counters(cut)
    lines = [line(row, row_units) for row, row_units in cut]
    lines += loanwords(rows, words)
    # Every column takes part in the order, so that it depends on nothing but the entries.
    text = "".join("\t".join(columns) + "\n" for columns in sorted(lines))
    (output / "entries.tsv").write_text(text, "utf-8")


def entries(ipadic):
    for path in sorted(ipadic.glob("*.csv")):
        with open(path, encoding="euc_jp", newline="") as file:
            yield from map(entry, csv.reader(file))


def entry(columns):
    # A few older entries end after the base form.
    surface, left, right, cost, *features = (columns + ["*"] * 13)[:13]
    if features[6] == "*":
        features[6] = surface
    return Row(surface, left, right, cost, tuple(features))


def listed(name):
    """The lines of a table beside this file, without its remarks."""
    lines = (HERE / name).read_text("utf-8").splitlines()
    return csv.reader(line for line in lines if line and not line.startswith("#"))


def verbal_nouns(cut):
    """Nouns for the 連用形 of compound verbs that are listed as verbs only: 申出 of 申出る.

    Before について the segmenter would sooner have two nouns than a verb.
    """
    nouns = {row.surface for row, _ in cut if row.features[0] == "名詞"}
    found = []
    for row, units in cut:
        compound = row.features[:2] == ("動詞", "自立") and 2 <= len(re.findall(KANJI, row.surface))
        if compound and row.features[5] == "連用形" and row.surface not in nouns:
            nouns.add(row.surface)
            features = ("名詞", "一般", "*", "*", "*", "*", row.surface, *row.features[7:])
            found.append((Row(row.surface, *NOUN, VERBAL_NOUN_COST, features), units))
    return found


def kept(rows):
    """The entries without those of `removals.csv`, and without the わか of わかんだ, which is すん and わかん cut short.

    No office writes as it is spoken, and the 分 of 分かんだ took 分 for a verb.
    """
    removed = {tuple(columns) for columns in listed("removals.csv")}
    for row in rows:
        by_hand = (row.features[6], row.features[0]) in removed
        if not by_hand and row.features[5] != "体言接続特殊２":
            yield row


def standing_counters(cut):
    """Nouns for counters of two characters or more: か所 without its number is か and 所 to the segmenter.

    Only for those that are one unit; the others fall into their units anyhow.
    """
    nouns = {row.surface for row, _ in cut if row.features[0] == "名詞" and row.features[1] not in ("接尾", "固有名詞")}
    found = []
    for row, units in cut:
        counter = row.features[1:3] == ("接尾", "助数詞") and 2 <= len(row.surface)
        if counter and " " not in units and re.search(KANJI, row.surface) and row.surface not in nouns:
            cost = row.cost if SMALL_KA.fullmatch(row.surface) else str(min(int(row.cost), COUNTER_COST))
            features = ("名詞", "一般", "*", "*", *row.features[4:])
            found.append((Row(row.surface, *NOUN, cost, features), units))
    return found


def without_causatives(rows):
    """The entries without the 打ち合わ of 打ち合わない: before a comma it takes 打ち合わせ apart, as 打ち合う and せる."""
    nouns = {row.surface for row in rows if row.features[0] == "名詞"}

    def is_causative(row):
        compound = 2 <= len(re.findall(KANJI, row.surface))
        return compound and row.features[5].startswith("未然形") and row.surface + "せ" in nouns

    return [row for row in rows if not is_causative(row)]


def unknown(ipadic):
    for row in (ipadic / "unk.def").read_text("euc_jp").splitlines():
        category, left, right, cost, *features = row.split(",")
        # IPADIC takes an unknown sign for a verbal noun.
        if category == "SYMBOL":
            features = ["記号", "一般"]
        yield ",".join([category, left, right, cost, part_of_speech(features), "*", "*", "*"]) + "\n"


def agreed(cut):
    """All rows with their units, the same for all rows of content that look the same.

    Whether the segmenter takes 割 for a noun or a suffix depends on the words around it, and the term must not.
    A character that is read in several ways (歳 サイ, トシ) stands for itself, of longer words the likeliest entry,
    that is the one of the lowest cost, names all; of single characters verbs only verbs, since 分 is not 分かる.
    """
    alike = collections.defaultdict(set)
    for row, units in cut:
        alike[sort(row), row.surface].add((int(row.cost), units))
    return [
        (row, units if sort(row) is None else agreement(row.surface, alike[sort(row), row.surface]))
        for row, units in cut
    ]


def agreement(surface, same):
    if len(surface) == 1 and 1 < len({units for _, units in same}):
        return surface
    return min(same)[1]


def sort(row):
    """Within what rows are held together; none for those that are not."""
    major, minor = row.features[:2]
    # In hiragana, words that look the same have nothing else in common: おら is 居ら or 己.
    if re.fullmatch("[ぁ-ゖー]+", row.surface):
        return None
    if minor == "非自立" or major not in ("名詞", "副詞", "接頭詞", "動詞", "形容詞"):
        return None
    return len(row.surface) == 1 and major in ("動詞", "形容詞")


def line(row, units):
    base, reading = row.features[6], row.features[7]
    return [
        row.surface, row.left, row.right, row.cost, part_of_speech(row.features),
        "*" if base == row.surface else base,
        "*" if reading in ("*", row.surface) else reading,
        "*" if units == base else units,
    ]


def part_of_speech(features):
    """Two levels, and the third where the second is too wide to tell a place from a person."""
    wide = features[1] in ("固有名詞", "非自立", "接尾")
    levels = list(features[:3] if wide else features[:2])
    while levels[-1] == "*":
        levels.pop()
    return "-".join(levels)


def variants(rows, words, cutter):
    """Entries for the spellings of IPADIC's words that only UniDic has: 問合わせ beside 問い合わせ.

    They stand in IPADIC's context: each entry of the word is repeated with the other spelling.
    """
    taken = {(row.surface, row.features[:2]) for row in rows}
    by_base = collections.defaultdict(list)
    for row in rows:
        if row.features[0] in ("名詞", "動詞") and row.features[1] != "固有名詞":
            by_base[row.features[0], row.features[6]].append(row)
    known = {}
    for (major, base), same in by_base.items():
        path = cutter.path(same[0])
        if len(path) == 1:
            cost = min(int(row.cost) for row in same)
            known.setdefault((major, named(path[0]), cutter.reading(same[0])), []).append((cost, base))
    for major, lemma, kana, spelling in sorted(spellings(words)):
        for cost, base in sorted(known.get((major, lemma, kana), []))[:1]:
            for row in by_base[major, base]:
                respelt = respell(row, base, spelling)
                if respelt and (respelt.surface, row.features[:2]) not in taken:
                    yield respelt


def spellings(words):
    """Each spelling in use that is long enough not to be met by chance, with its word."""
    found = set()
    for word in words:
        listed = word.major == "名詞" or word.major == "動詞" and word.form.startswith("終止形")
        n_kanji = len(re.findall(KANJI, word.base))
        # Without kana it may be the beginning of another word: 打合 of 打合せ.
        long = 3 <= len(word.base) and (2 if word.major == "動詞" else 1) <= n_kanji < len(word.base)
        if listed and word.minor != "固有名詞" and long and word.surface == word.base and is_common(word.base):
            found.add((word.major, named(Unit.of(word)), word.kana, word.base))
    return found


def is_common(text):
    """Whether JIS X 0208 has every character: 搔 and 剝 are not what an office types."""
    try:
        return len(text.encode("iso2022_jp")) > 0
    except UnicodeEncodeError:
        return False


def respell(row, base, spelling):
    """The row with `spelling` for `base`, its ending kept; none if they do not end alike."""
    if spelling == base:
        return None
    if row.features[0] == "名詞":
        features = (*row.features[:6], spelling, *row.features[7:])
        return row._replace(surface=spelling, features=features)
    ending = common_suffix(base, spelling)
    stem = base[: len(base) - len(ending)]
    if not ending or not row.surface.startswith(stem):
        return None
    features = (*row.features[:6], spelling, *row.features[7:])
    respelt = spelling[: len(spelling) - len(ending)] + row.surface[len(stem) :]
    return row._replace(surface=respelt, features=features)


def common_suffix(one, other):
    length = 0
    while length < min(len(one), len(other)) and one[-1 - length] == other[-1 - length]:
        length += 1
    return one[len(one) - length :]


def loanwords(rows, words):
    """Loanwords of four characters or more that only UniDic has; shorter ones cut names to pieces."""
    taken = {row.surface for row in rows}
    found = {}
    for word in words:
        common = word.major == "名詞" and word.minor == "普通名詞" and word.origin == "外"
        if common and re.fullmatch("[ァ-ヺー]{4,}", word.surface) and word.surface not in taken:
            found.setdefault(word.surface, named(Unit.of(word)))
    for surface, lemma in found.items():
        yield [surface, *LOANWORD, "名詞-一般", "*", "*", "*" if lemma == surface else lemma]


class Cutter:
    """Cuts base forms, each as IPADIC reads it."""

    def __init__(self, dicdir, rows):
        self.tagger = MeCab.Tagger(f"-r {dicdir}/mecabrc -d {dicdir}")
        self.seen = {}
        self.readings = {}
        # The units that additions.csv gives in the column after IPADIC's.
        self.by_hand = {columns[0]: columns[13] for columns in listed("additions.csv")}
        for row in rows:
            # IPADIC gives the reading of a base form only where it is the surface.
            if row.features[6] == row.surface:
                self.readings.setdefault((row.features[:5], row.surface), row.features[7])
        # What 知らせる is called: the noun 知らせ.
        self.causative_nouns = {}
        for row in rows:
            if row.features[0] == "名詞" and re.fullmatch(f"{KANJI}.*せ", row.surface) and len(self.path(row)) == 1:
                self.causative_nouns.setdefault(row.surface, self.path(row))
        self.spelt_in_full = {}
        for row in rows:
            path = self.path(row)
            bones = self.bones(row)
            if bones and len(path) == 1 and path[0].major != "*":
                best = self.spelt_in_full.setdefault(bones, path)
                # Of two words of one reading and the same kanji, the one that shows more kana is the plainer.
                if len(best[0].surface) < len(path[0].surface):
                    self.spelt_in_full[bones] = path

    def units(self, row):
        surface, base = row.surface, row.features[6]
        if row.features[0] == "名詞" and surface in self.by_hand:
            return self.by_hand[surface]
        if row.features[2] == "助数詞" and SMALL_KA.fullmatch(surface):
            return "箇" + surface[1:]
        path = self.path(row)
        if 1 < len(path):
            # UniDic does not know 問合せる; 問い合わせる has the same kanji and reading.
            path = self.spelt_in_full.get(self.bones(row), path)
        if path[-1].lemma == "せる" and row.features[0] == "動詞":
            path = self.causative_nouns.get(base[:-1], path)
        if len(path) == 1:
            return named(path[0])
        if stands_alone(base, row.features[0], path):
            return base
        parts = []
        for unit in path[:-1]:
            lemma = in_word(unit)
            parts.append(lemma if lemma == unit.surface else f"{lemma}/{unit.surface}")
        head = "".join(unit.surface for unit in path[:-1])
        # An inflected form that changes more than its last unit (来る) is left whole.
        if not surface.startswith(head) or len(surface) <= len(head):
            return base
        return " ".join([*parts, in_word(path[-1])])

    def reading(self, row):
        """The reading of the base form; empty where it is not known."""
        reading = self.readings.get((row.features[:5], row.features[6]), "")
        return "" if reading == "*" else reading

    def bones(self, row):
        """What writings with more or less okurigana have in common."""
        kanji = "".join(re.findall(KANJI, row.features[6]))
        reading = self.reading(row)
        # Without a reading or without two kanji it would be too little.
        return (row.features[0], kanji, reading) if reading and 1 < len(kanji) else None

    def path(self, row):
        """The units of the base form."""
        base, major = row.features[6], row.features[0]
        dependent = row.features[1] in ("非自立", "接尾")
        key = (base, major, dependent, self.reading(row))
        if key not in self.seen:
            paths = self.paths(base)
            # More units than the likeliest path has would agree by being cut to pieces.
            paths = [path for path in paths if len(path) <= len(paths[0])]
            ranked = [(disagreement(path, *key[1:]), i) for i, path in enumerate(paths)]
            self.seen[key] = paths[min(ranked)[1]]
        return self.seen[key]

    def paths(self, base):
        paths = []
        if base.strip() and self.tagger.parseNBestInit(base):
            while len(paths) < N_BEST and (node := self.tagger.nextNode()):
                path = []
                while node:
                    if node.surface:
                        path.append(Unit(node.surface, node.feature.split(",")))
                    node = node.next
                if "".join(unit.surface for unit in path) == base:
                    paths.append(path)
        return paths or [[Unit(base, [])]]


class Unit:
    """A UniDic short unit: surface, parts of speech, conjugation, lemma, written base form, kana."""

    __slots__ = ("surface", "major", "minor", "conjugation", "lemma", "base", "kana", "potential")

    def __init__(self, surface, features):
        self.surface = surface
        known = 17 < len(features)
        self.major, self.minor, self.conjugation, self.lemma, self.base, self.kana = (
            (features[i] for i in (0, 1, 4, 7, 10, 17)) if known else ("*", "*", "*", surface, surface, "*")
        )
        # UniDic gives 受け取れる the lemma 受け取る: the conjugation is not the lemma's.
        self.potential = known and features[6] != "*" and len(features[6]) < len(features[20])

    @classmethod
    def of(cls, word):
        unit = cls(word.surface, [])
        unit.major, unit.minor, unit.conjugation = word.major, word.minor, word.conjugation
        unit.lemma, unit.base, unit.kana = word.lemma, word.base, word.kana
        unit.potential = len(word.lemma_kana) < len(word.kana) and word.form.startswith("終止形")
        return unit

def disagreement(path, major, dependent, reading):
    """How far a UniDic path is from what IPADIC says of the entry; the best path has the least."""
    kana = "".join(unit.kana for unit in path)
    # A wrong reading names another word (人気 ニンキ, ヒトケ); a unit that UniDic does not know names none.
    wrong_reading = reading != "" and kana != reading
    unknown = any(unit.major == "*" for unit in path)
    alone = path[0] if len(path) == 1 else None
    wrong_class = alone is not None and major in CLASSES and alone.major not in CLASSES[major]
    # やすい after a verb is 易い, standing alone it is 安い.
    is_dependent = alone is None or alone.minor == "非自立可能" or alone.major in ("接尾辞", "助動詞", "助詞")
    # お知らせ is 知らせ, and not 知る and せる.
    taken_apart = major == "名詞" and path[-1].lemma == "せる"
    return (wrong_reading + unknown, wrong_class, taken_apart, dependent and not is_dependent)


def stands_alone(base, major, path):
    """Whether an entry is not to be cut although UniDic does."""
    # Function words are stopped as a whole, symbols and single characters have no parts.
    if len(base) == 1 or major in ("助詞", "助動詞", "記号", "フィラー", "接続詞", "感動詞"):
        return True
    # UniDic takes a noun in hiragana that it does not know for a phrase: とうかん is not と and 浮かん.
    functional = any(unit.major in ("助詞", "助動詞") for unit in path)
    return functional and re.fullmatch("[ぁ-ゖー]+", base) is not None


def named(unit):
    """What stands for the unit in the index."""
    # UniDic's lemma of a digit is a kanji, and that of a name its reading: 大田 and 太田 would be one.
    if unit.surface.isdecimal() or unit.minor == "固有名詞":
        return unit.surface
    # UniDic writes loanwords as ニュース-news and tells homographs apart as アル-或る.
    lemma = unit.lemma[0] + unit.lemma[1:].split("-")[0]
    if lemma in ("", "*"):
        lemma = unit.surface
    if unit.major == "動詞":
        lemma = continuative(lemma, unit)
    # The characters that the units field is made of.
    return re.sub("[ /~]", "", lemma) or unit.surface


def in_word(unit):
    """A unit among others: the に of 次に and the せる of 待たせる are marked as carrying no content."""
    return ("~" if unit.major in ("助詞", "助動詞") else "") + named(unit)


def continuative(verb, unit):
    """A verb is named by its 連用形, so that it meets its noun: 取り組む and 取り組み.

    One character is left alone: 見る, 出る and 着る are not 見, 出 and 着.
    """
    # 合わす and 合わせる are one word.
    if verb.endswith("合わす"):
        return verb[:-1] + "せ"
    # 化す and 化する are one word, and 化すり is none.
    if verb.endswith("する") and unit.conjugation.startswith("五段-サ行"):
        return verb
    godan = unit.conjugation.startswith("五段") or unit.potential
    ichidan = unit.conjugation.startswith(("上一段", "下一段")) and verb.endswith("る")
    if godan and verb[-1] in GODAN:
        return verb[:-1] + GODAN[verb[-1]]
    if ichidan and 2 < len(verb):
        return verb[:-1]
    return verb


if __name__ == "__main__":
    main(*map(pathlib.Path, sys.argv[1:]))
