"""Valid code of every odd spelling, for hypothesis to put around a legacy program."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

# How a file names its encoding, and characters that the encoding has.
_ENCODINGS = {
    "utf-8": ("", "é漢\u200b\u2028\x85🙂"),
    "utf-8-sig": ("", "é漢\u200b🙂"),
    "latin-1": ("# -*- coding: latin-1 -*-", "éü\xa0\xad"),
    "cp1252": ("# vim: set fileencoding=cp1252 :", "é€“"),
    "koi8-r": ("# coding: koi8-r", "привет"),
    "shift_jis": ("# coding: shift_jis", "ソ表"),
    "ascii": ("# coding: ascii", "~"),
}
_LINE_ENDS = (["\n"], ["\r\n"], ["\r"], ["\n", "\r\n"], ["\n", "\r\n", "\r"])
# $ stands for a number, which makes each line different from all others; % for odd characters.
_CHUNKS = (
    ["# % $"],
    ["value_$ = '%'"],
    ["value_$ = '%' \\", "    '$'"],
    ["value_$ = 1 ; other_$ = 2 ;  # %"],
    ["value_$ = '''$", "  %\t", "\f", "# $", "'''"],
    ["\fvalue_$ = 1"],
    ["\f", "value_$=(  1,", "    # % $", "\t2  )   "],
    ["if value_0:", "\tinner_$ = '%'  ", "\f\tother_$ = 2"],
    ["def function_$( a,b = '%' ):", "  return  a+b  # $", "  # end $", " # % $"],
    ["class Class_$ :", "        '''% $'''", "", "        x_$ : int=1"],
    ["for value_$ in ( ) :  pass"],
    ["value_$ = 0x0F + 1E3 + 0Xf"],
    ["value_$ = " + "[" * 30 + "$" + "]" * 30],
    ["value_$ = '" + "%" * 3_000 + "'"],
    ["   ", "# $", "\t", "\f", "# $ $"],
)
_ENDS = ("", "$END$", "   ", "\t$END$$END$ ", "$END$# end", "\f", "$END$\f$END$", "\\$END$# x")


@dataclass(frozen=True)
class Spliced:
    """A legacy program between pieces of other code, and those pieces, in order."""

    source: bytes
    pieces: tuple[bytes, ...]


@st.composite
def spliced(draw: st.DrawFn, program: tuple[str, ...]) -> Spliced:
    """A program, given by its statements, with code around each of them."""
    name = draw(st.sampled_from(sorted(_ENCODINGS)))
    declaration, letters = _ENCODINGS[name]
    line_ends = draw(st.sampled_from(_LINE_ENDS))
    source, pieces, number = "", [], 0

    def line(text: str) -> str:
        return text + draw(st.sampled_from(line_ends))

    head = "".join(map(line, filter(None, (declaration, "value_0 = 1"))))
    for statement in ("", *program):
        piece = ""
        for chunk in draw(st.lists(st.sampled_from(_CHUNKS), max_size=2)):
            number += 1
            letter = draw(st.sampled_from(letters))
            piece += "".join(
                line(each.replace("$", str(number)).replace("%", letter)) for each in chunk
            )
        source += "".join(map(line, statement.splitlines()))
        source += piece
        pieces.append(piece)
    end = draw(st.sampled_from(_ENDS)).replace("$END$", line_ends[0])
    if source.endswith(("\n", "\r")) and draw(st.booleans()):
        source += end
    codec = "utf-8" if name == "utf-8-sig" else name
    mark = "\ufeff" if name == "utf-8-sig" else ""
    return Spliced(
        (mark + head + source).encode(codec),
        ((mark + head).encode(codec), *(piece.encode(codec) for piece in pieces if piece)),
    )
