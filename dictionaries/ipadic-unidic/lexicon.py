"""Lists the words of a compiled UniDic: MeCab itself can only look them up.

The format is that of MeCab 0.996, `dictionary.cpp`: a header of ten 32-bit numbers and the character set,
then a Darts double array, the tokens, and the features as zero-terminated strings.
"""

import array
import collections
import csv
import struct

HEADER = struct.Struct("<10I32x")
TOKEN = struct.Struct("<HHHhII")

Word = collections.namedtuple("Word", "surface major minor detail conjugation form lemma kana lemma_kana base origin")


def words(dicdir):
    """Every word of the dictionary, sorted by surface."""
    with open(dicdir / "sys.dic", "rb") as file:
        sizes = HEADER.unpack(file.read(HEADER.size))[6:9]
        trie, tokens, features = (file.read(size) for size in sizes)
    for key, value in sorted(keys(trie)):
        first, n_tokens = value >> 8, value & 0xFF
        for at in range(first, first + n_tokens):
            start = TOKEN.unpack_from(tokens, at * TOKEN.size)[4]
            text = features[start : features.index(b"\0", start)].decode()
            field = next(csv.reader([text]))
            if 17 < len(field):
                yield Word(key, *(field[i] for i in (0, 1, 2, 4, 5, 7, 17, 6, 10, 12)))


def keys(trie):
    """The keys of the double array and their values, read from the leaves up."""
    units = array.array("i")
    units.frombytes(trie)
    base, check = units[0::2], units[1::2]
    root = base[0]
    node = {base[at]: at for at in range(len(base)) if 0 < base[at] and check[at]}
    for leaf in range(len(base)):
        if base[leaf] < 0 and check[leaf] == leaf:
            key, parent = [], leaf
            while parent != root:
                at = node[parent]
                key.append(at - check[at] - 1)
                parent = check[at]
            yield bytes(reversed(key)).decode(), -base[leaf] - 1
