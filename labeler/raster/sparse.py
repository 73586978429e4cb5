"""Bytes that are nearly all zero, as zlib keeps them: in the time that takes which goes by the others.

zlib looks at every byte, and a mask of 12 megapixels has ten thousand that say something. What is written is
one block of RFC 1951 with a fixed table of codes, made for PNG rows of masks: a byte, then how many zeros
follow. So the same bytes come out on every machine, whatever zlib it has.
"""

from __future__ import annotations

import heapq
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

_LITERALS, _END, _FIRST_LENGTH = 256, 256, 257
#: Zeros are told in stretches of at most so many,
_LONGEST_MATCH = 258
#: and four of those are one step, so that no step has more than 64 bits.
_LONG_STEP = 4 * _LONGEST_MATCH
#: The order in which RFC 1951 lists the lengths of the codes for lengths of codes.
_LISTED = (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15)
_REPEAT = 16
_ADLER = 65521


def compressed(positions: NDArray[np.int64], values: NDArray[np.uint8], size: int, pixels: int = 8) -> bytes:
    """The zlib stream of ``size`` bytes that are 0 but for the ``values``, none of them 0, at ``positions``.

    ``positions`` grow, and the first is 0. It is smallest for rows of binary masks that hold so many
    ``pixels`` in a byte, 8 or 1.
    """
    codes = _codes(pixels)
    zeros = np.empty_like(positions)
    np.subtract(positions[1:], positions[:-1], out=zeros[:-1])
    zeros[-1] = size - positions[-1]
    zeros -= 1
    bits, lengths = codes.bytes_[values], codes.byte_lengths[values]
    more = np.maximum(zeros - 1, 0) // _LONG_STEP
    if more.any():
        zeros -= more * _LONG_STEP
    bits |= codes.zeros[zeros] << lengths
    lengths += codes.zero_lengths[zeros]
    if more.any():
        bits, lengths = _with_long_steps(bits, lengths, more, codes)
    bits[-1] |= codes.end << lengths[-1]
    lengths[-1] += codes.end_length
    return _packed(bits, lengths, codes.head, codes.head_length) + _checksum(positions, values, size)


def _with_long_steps(
    bits: NDArray[np.uint64], lengths: NDArray[np.uint64], more: NDArray[np.int64], codes: _Codes
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """The same with so many long steps behind each."""
    place = np.arange(len(bits)) + np.cumsum(more) - more
    all_bits = np.full(len(bits) + int(more.sum()), codes.long_step)
    all_lengths = np.full(len(all_bits), codes.long_step_length)
    all_bits[place], all_lengths[place] = bits, lengths
    return all_bits, all_lengths


def _packed(bits: NDArray[np.uint64], lengths: NDArray[np.uint64], head: int, head_length: int) -> bytes:
    """All bits after one another, the lowest first, behind those of the head."""
    ends = np.cumsum(lengths) + np.uint64(head_length)
    starts = ends - lengths
    word = (starts >> np.uint64(6)).astype(np.intp)
    shift = starts & np.uint64(63)
    first = np.flatnonzero(word[1:] != word[:-1]) + 1
    first = np.concatenate([[0], first])
    words = np.zeros(word[-1] + 2, dtype="<u8")
    words[word[first]] = np.bitwise_or.reduceat(bits << shift, first)
    # The last in a word may reach into the next one.
    over = np.flatnonzero(shift + lengths > 64)
    words[word[over] + 1] |= bits[over] >> (np.uint64(64) - shift[over])
    data = words.tobytes()[: -(-int(ends[-1]) // 8)]
    begun = -(-head_length // 8)
    return (int.from_bytes(data[:begun], "little") | head).to_bytes(begun, "little") + data[begun:]


def _checksum(positions: NDArray[np.int64], values: NDArray[np.uint8], size: int) -> bytes:
    """Adler-32, in which a zero counts as a byte only."""
    weights = (size - positions) % _ADLER
    low = 1 + int(values.sum(dtype=np.int64))
    high = size + int(np.dot(weights, values.astype(np.int64)))
    return struct.pack(">HH", high % _ADLER, low % _ADLER)


# --- the table of codes ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Codes:
    """The bits of everything there is to say, the first one lowest, and how many they are."""

    head: int
    head_length: int
    bytes_: NDArray[np.uint64]
    byte_lengths: NDArray[np.uint64]
    #: So many zeros that follow a byte: up to a long step.
    zeros: NDArray[np.uint64]
    zero_lengths: NDArray[np.uint64]
    long_step: np.uint64
    long_step_length: np.uint64
    end: np.uint64
    end_length: np.uint64


Bits = tuple[int, int]  # bits, lowest first, and their number


def _joined(*parts: Bits) -> Bits:
    bits, length = 0, 0
    for more, count in parts:
        bits |= more << length
        length += count
    return bits, length


@cache
def _codes(pixels: int) -> _Codes:
    lengths = _code_lengths(_weights(pixels))
    symbols = _canonical(lengths)
    matches = _matches(symbols)
    zeros = [_zeros(count, symbols[0], matches) for count in range(_LONG_STEP + 1)]
    literals = symbols[:_LITERALS]
    head = _joined((0x0178, 16), _table(lengths))
    long_step = _joined(*[matches[_LONGEST_MATCH]] * 4)
    return _Codes(
        *head,
        *_columns(literals),
        *_columns(zeros),
        np.uint64(long_step[0]),
        np.uint64(long_step[1]),
        np.uint64(symbols[_END][0]),
        np.uint64(symbols[_END][1]),
    )


def _columns(codes: Sequence[Bits]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    bits, lengths = np.array(codes, dtype=np.uint64).T.copy()
    return bits, lengths


def _weights(pixels: int) -> list[int]:
    """How often each symbol comes, roughly: all in all 75,000 in the outlines of some hundred things."""
    weights = [40 if pixels == 8 else 10] * _LITERALS
    if pixels == 8:
        # Where an outline goes on slantwise the change of a row's byte is one bit, or that many ones.
        for bit in range(8):
            weights[1 << bit] = weights[256 - (1 << bit)] = 1000
    else:
        weights[1] = weights[255] = 10_000
    # 2 is how each row of a PNG begins.
    weights[0], weights[2] = 25_000, 5000
    weights += [100]
    weights += [min(300 * (last - first + 1), 2500) for first, last, _ in _match_codes()]
    if pixels == 1:
        weights[-1] = 20_000
    return weights


def _match_codes() -> Iterator[tuple[int, int, int]]:
    """First and last length of each symbol for a match, and how many bits tell which."""
    first = 3
    for symbol in range(28):
        extra = max(symbol // 4 - 1, 0)
        last = first + (1 << extra) - 1
        # The last length of all has a symbol of its own.
        yield first, min(last, _LONGEST_MATCH - 1), extra
        first = last + 1
    yield _LONGEST_MATCH, _LONGEST_MATCH, 0


def _code_lengths(weights: Sequence[int]) -> list[int]:
    """Huffman's lengths."""
    lengths = [0] * len(weights)
    trees = [(weight, symbol, [symbol]) for symbol, weight in enumerate(weights)]
    heapq.heapify(trees)
    while len(trees) > 1:
        (one, order, some), (other, _, others) = heapq.heappop(trees), heapq.heappop(trees)
        for symbol in some + others:
            lengths[symbol] += 1
        heapq.heappush(trees, (one + other, order, some + others))
    return lengths


def _canonical(lengths: Sequence[int]) -> list[Bits]:
    """The codes that these lengths stand for in RFC 1951."""
    codes: list[Bits] = [(0, 0)] * len(lengths)
    code, before = 0, 0
    for length, symbol in sorted((length, symbol) for symbol, length in enumerate(lengths) if length):
        code <<= length - before
        codes[symbol] = int(f"{code:0{length}b}"[::-1], 2), length
        code, before = code + 1, length
    return codes


def _matches(symbols: Sequence[Bits]) -> dict[int, Bits]:
    """A byte repeated so many times: the symbol, the bits that it leaves open, and the only distance."""
    found = {}
    for symbol, (first, last, extra) in zip(symbols[_FIRST_LENGTH:], _match_codes()):
        for length in range(first, last + 1):
            found[length] = _joined(symbol, (length - first, extra), (0, 1))
    return found


def _zeros(count: int, zero: Bits, matches: dict[int, Bits]) -> Bits:
    if count < 4:
        return _joined(*[zero] * count)
    whole, rest = divmod(count - 1, _LONGEST_MATCH)
    ended = [matches[rest]] if rest in matches else [zero] * rest
    return _joined(zero, *ended, *[matches[_LONGEST_MATCH]] * whole)


def _table(lengths: Sequence[int]) -> Bits:
    """The beginning of a last block: what codes it has."""
    steps: list[tuple[int, Bits]] = []
    for length, group in groupby([*lengths, 1]):
        left = len(list(group)) - 1
        steps.append((length, (0, 0)))
        while left:
            # Once more, or like the one before three to six times.
            times = min(left, 6) if left >= 3 else 1
            steps.append((_REPEAT, (times - 3, 2)) if times >= 3 else (length, (0, 0)))
            left -= times
    used = [symbol for symbol, _ in steps]
    inner_lengths = _code_lengths_listed(used)
    inner = _canonical(inner_lengths)
    listed = [(inner_lengths[symbol], 3) for symbol in _LISTED]
    final, dynamic = (1, 1), (2, 2)
    counts = (len(lengths) - 257, 5), (0, 5), (len(_LISTED) - 4, 4)
    told = [bits for symbol, extra in steps for bits in (inner[symbol], extra)]
    return _joined(final, dynamic, *counts, *listed, *told)


def _code_lengths_listed(used: Sequence[int]) -> list[int]:
    """Lengths of codes for the symbols used in a table, 0 for the others; RFC 1951 has 3 bits for each."""
    symbols = sorted(set(used))
    # With a little for each none is longer than 7 bits.
    lengths = _code_lengths([used.count(symbol) + len(used) // 16 for symbol in symbols])
    return [dict(zip(symbols, lengths)).get(symbol, 0) for symbol in range(len(_LISTED))]
