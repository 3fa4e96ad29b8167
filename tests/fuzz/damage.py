"""Damage by a seed: the same seed does the same to the same file."""

from __future__ import annotations

import json
from random import Random
from typing import Any, Final

#: What may stand in a text where a number or a word was.
TOKENS: Final = (
    *("", " ", "0", "-1", "nan", "inf", "-inf", "1e400", "1e-320", "1e308", "-0.0", "9" * 400),
    *("null", "true", "NaN", "[]", "{}", "[" * 2000, '"', "'", ",", ";", "\t", "\n", "\r", "\0"),
    *("x", "left_hip", "time_s", "\ufeff", "\u202e", "é", "\U0001f3c3", "1_000", "0x10", "٣"),
)
#: The same in JSON, as values.
VALUES: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, 1, -1, 10**400, 2**63, 1e308, -1e308, 1e-320, float("nan")),
    *(float("inf"), "", "x", "\0", "left", "running", [], [[]], [None], {}, {"x": None}, [1, 2, 3]),
)


def damaged(data: bytes, seed: int) -> bytes:
    """A few bytes changed, taken out, put in or cut off."""
    chance = Random(seed)  # noqa: S311
    kept = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 4, 16))):
        if not kept:
            break
        at = chance.randrange(len(kept))
        piece = slice(at, at + chance.choice((1, 2, 4, 8, 64, 512)))
        match chance.randrange(8):
            case 0:
                kept[at] ^= 1 << chance.randrange(8)
            case 1:
                kept[at] = chance.choice((0, 1, 0x7F, 0x80, 0xFE, 0xFF))
            case 2:
                kept[piece] = chance.randbytes(len(kept[piece]))
            case 3:
                del kept[piece]
            case 4:
                kept[at:at] = kept[piece]
            case 5:
                kept[piece] = b"\xff" * len(kept[piece])
            case 6:
                kept[piece] = bytes(len(kept[piece]))
            case _:
                del kept[at:]
    return bytes(kept)


def damaged_text(data: bytes, seed: int) -> bytes:
    """Words and numbers exchanged for odd ones, lines lost, doubled or turned round."""
    chance = Random(seed)  # noqa: S311
    lines = data.decode().split("\n")
    for _ in range(chance.choice((1, 1, 2, 5))):
        at = chance.randrange(len(lines))
        match chance.randrange(6):
            case 0:
                del lines[at]
                lines = lines or [""]
            case 1:
                lines.insert(at, lines[chance.randrange(len(lines))])
            case 2:
                lines[at] = lines[at][: chance.randrange(len(lines[at]) + 1)]
            case _:
                lines[at] = _other_word(lines[at], chance)
    return "\n".join(lines).encode(errors="replace")


def _other_word(line: str, chance: Random) -> str:
    separator = max(",;\t= ", key=line.count)
    words = line.split(separator)
    words[chance.randrange(len(words))] = chance.choice(TOKENS)
    return separator.join(words)


def damaged_json(data: bytes, seed: int) -> bytes:
    """Values of a JSON text exchanged for others, left out or doubled."""
    chance = Random(seed)  # noqa: S311
    tree = json.loads(data)
    for _ in range(chance.choice((1, 1, 2, 5))):
        tree = _graft(tree, chance)
    return json.dumps(tree).encode()


def _graft(tree: Any, chance: Random) -> Any:
    """The tree with one value changed, each depth equally likely."""
    if not isinstance(tree, list | dict) or not tree or chance.random() < 0.15:
        return chance.choice(VALUES)
    key: Any = chance.choice(list(tree) if isinstance(tree, dict) else range(len(tree)))
    kept: Any = tree.copy()
    kind = chance.random()
    if kind < 0.1:
        del kept[key]
    elif kind < 0.2 and isinstance(kept, list):
        kept.append(kept[key])
    elif kind < 0.2:
        kept[chance.choice(("x", "", "z" * 50))] = kept[key]
    else:
        kept[key] = _graft(tree[key], chance)
    return kept
