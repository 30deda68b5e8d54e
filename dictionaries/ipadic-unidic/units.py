"""Cuts every IPADIC entry into UniDic short units and names each by its lemma.

    units.py IPADIC_DIRECTORY UNIDIC_DICDIR OUTPUT_DIRECTORY

Writes OUTPUT_DIRECTORY/entries.tsv (UTF-8, sorted) with the columns
surface, left id, right id, cost, part of speech, base form, reading, units,
and the .def files as UTF-8, unk.def with the same columns.
`*` as base form or reading stands for the surface.

The units field is a list joined by spaces. The last unit is written as its lemma and takes
the rest of the token; every other unit is written `lemma/surface`, or as the lemma alone where
it is the surface. `*` stands for one unit whose lemma is the base form.
"""

import csv
import pathlib
import re
import sys

import MeCab

# How many of UniDic's readings of an entry are looked at for one that agrees with IPADIC's.
N_BEST = 12

DEFINITIONS = ["char.def", "matrix.def", "left-id.def", "right-id.def"]

# The last kana of a verb's dictionary form and that of its 連用形, for the godan rows.
GODAN = dict(zip("うくぐすつぬぶむる", "いきぎしちにびみり"))

# Parts of speech that may stand for one another between IPADIC and UniDic.
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


def main(ipadic, unidic, output):
    output.mkdir(parents=True, exist_ok=True)
    for name in DEFINITIONS:
        (output / name).write_text((ipadic / name).read_text("euc_jp"), "utf-8")
    (output / "unk.def").write_text("".join(unknown(ipadic)), "utf-8")
    rows = list(entries(ipadic))
    readings = base_readings(rows)
    cutter = Cutter(unidic)
    trimmed = []
    for row in rows:
        surface, left, right, cost, *features = row
        base = surface if features[6] == "*" else features[6]
        reading = readings.get((base, *features[:5]), "" if base != surface else features[7])
        units = cutter.units(surface, base, features[0], features[1], reading)
        trimmed.append([
            surface, left, right, cost, part_of_speech(features),
            "*" if base == surface else base,
            "*" if features[7] in ("*", surface) else features[7],
            "*" if units == base else units,
        ])
    # Every column takes part in the order, so that it depends on nothing but the entries.
    trimmed.sort()
    (output / "entries.tsv").write_text("".join("\t".join(row) + "\n" for row in trimmed), "utf-8")


def entries(ipadic):
    for path in sorted(ipadic.glob("*.csv")):
        with open(path, encoding="euc_jp", newline="") as file:
            for row in csv.reader(file):
                # A few older entries end after the base form.
                yield (row + ["*"] * 13)[:13]


def unknown(ipadic):
    for line in (ipadic / "unk.def").read_text("euc_jp").splitlines():
        category, left, right, cost, *features = line.split(",")
        yield ",".join([category, left, right, cost, part_of_speech(features), "*", "*", "*"]) + "\n"


def base_readings(rows):
    """The reading of each base form, which IPADIC gives only where it is the surface."""
    readings = {}
    for surface, _, _, _, *features in rows:
        if features[6] == surface:
            readings.setdefault((surface, *features[:5]), features[7])
    return readings


def part_of_speech(features):
    """Two levels, and the third where the second is too wide to tell a place from a person."""
    wide = features[1] in ("固有名詞", "非自立", "接尾")
    levels = features[:3] if wide else features[:2]
    while levels[-1] == "*":
        levels = levels[:-1]
    return "-".join(levels)


class Cutter:
    def __init__(self, unidic):
        self.tagger = MeCab.Tagger(f"-r {unidic}/mecabrc -d {unidic}")
        self.seen = {}

    def units(self, surface, base, major, minor, reading):
        path = self.path(base, major, minor, reading)
        if len(path) == 1:
            return lemma(path[0])
        if stands_alone(base, major, path):
            return base
        parts = []
        for unit in path[:-1]:
            named = lemma(unit)
            parts.append(named if named == unit.surface else f"{named}/{unit.surface}")
        head = "".join(unit.surface for unit in path[:-1])
        # An inflected form that changes more than its last unit (来る) is left whole.
        if not surface.startswith(head) or len(surface) <= len(head):
            return base
        return " ".join([*parts, lemma(path[-1])])

    def path(self, base, major, minor, reading):
        key = (base, major, minor in ("非自立", "接尾"), reading)
        if key not in self.seen:
            paths = self.paths(base)
            # More units than the likeliest path has would agree by being cut to pieces.
            paths = [path for path in paths if len(path) <= len(paths[0])]
            self.seen[key] = min(
                enumerate(paths), key=lambda item: (disagreement(item[1], *key[1:]), item[0])
            )[1]
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


def disagreement(path, major, dependent, reading):
    """How far a UniDic path is from what IPADIC says of the entry; the best path has the least."""
    kana = "".join(unit.kana for unit in path)
    wrong_reading = reading not in ("", "*") and kana != reading
    # A wrong reading names another word (人気 ニンキ, ヒトケ); a unit that UniDic does not know names none.
    unknown = any(unit.major == "*" for unit in path)
    wrong_class = False
    if len(path) == 1 and major in CLASSES:
        wrong_class = path[0].major not in CLASSES[major]
    # やすい after a verb is 易い, standing alone it is 安い.
    wrong_rank = len(path) == 1 and dependent and path[0].major not in ("接尾辞", "助動詞", "助詞") and (
        path[0].minor != "非自立可能"
    )
    return (wrong_reading + unknown, wrong_class, wrong_rank)


def stands_alone(base, major, path):
    """Whether an entry is not to be cut although UniDic does."""
    # Function words are stopped as a whole, symbols and single characters have no parts.
    if len(base) == 1 or major in ("助詞", "助動詞", "記号", "フィラー", "接続詞", "感動詞"):
        return True
    # UniDic takes a noun in hiragana that it does not know for a phrase: とうかん is not と and 浮かん.
    functional = any(unit.major in ("助詞", "助動詞") for unit in path)
    return functional and re.fullmatch("[ぁ-ゖー]+", base) is not None


def lemma(unit):
    # UniDic writes loanwords as ニュース-news and tells homographs apart as アル-或る.
    named = unit.lemma.split("-")[0] if "-" in unit.lemma[1:] else unit.lemma
    # UniDic's lemma of a digit is a kanji.
    if unit.surface.isdecimal():
        return unit.surface
    # UniDic's lemma of a name is its reading: 大田 and 太田 would be one.
    if unit.minor == "固有名詞" or named in ("", "*") or " " in named or "/" in named:
        named = unit.base if unit.base not in ("", "*") and unit.minor != "固有名詞" else unit.surface
    if unit.major == "動詞":
        named = continuative(named, unit)
    return named.replace(" ", "").replace("/", "") or unit.surface


def continuative(verb, unit):
    """A verb is named by its 連用形, so that it meets its noun: 取り組む and 取り組み.

    One character is left alone: 見る, 出る and 着る are not 見, 出 and 着.
    """
    godan = unit.conjugation.startswith("五段") or unit.potential
    ichidan = unit.conjugation.startswith(("上一段", "下一段")) and verb.endswith("る")
    if godan and verb[-1] in GODAN:
        return verb[:-1] + GODAN[verb[-1]]
    if ichidan and 2 < len(verb):
        return verb[:-1]
    return verb


if __name__ == "__main__":
    main(*map(pathlib.Path, sys.argv[1:]))
