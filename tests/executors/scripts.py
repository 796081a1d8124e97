"""The small faults that the play page's scripts are given, one at a time, on their text read as a row of tokens."""

import re
from collections.abc import Iterator

from tests.executors.operators import DAYS, SWAPPED

TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*)
    |(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<word>[A-Za-z_$][\w$]*)
    |(?P<number>\d[\w.]*)
    |(?P<sign>=>|===|!==|\?\?=|\?\?|\?\.|&&|\|\||<=|>=|\+=|-=|\+\+|--|\.\.\.|<<|.)""",
    re.VERBOSE,
)
PATTERN = re.compile(r"/(?![/*])(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
COMPARED = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "===": "!==", "!==": "==="}
OPEN, CLOSE = "([{", ")]}"
FUNCTION = re.compile(r"^function (\w+)", re.MULTILINE)
Token = tuple[str, str, int]  # its kind, its text, where it begins


def tokens(text: str) -> list[Token]:
    """The tokens of a script, without spaces and remarks; a template with all that it holds is one."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        last = found[-1][1] if found else ";"
        match = PATTERN.match(text, at) if last[-1] in "(,=:[!&|?{};>" or last == "return" else None
        if match is not None:
            kind, end = "pattern", match.end()
        elif text[at] == "`":
            kind, end = "template", _template(text, at)
        else:
            match = TOKEN.match(text, at)
            assert match is not None and match.lastgroup is not None, text[at : at + 40]
            kind, end = match.lastgroup, match.end()
        if kind != "space":
            found.append((kind, text[at:end], at))
        at = end
    return found


def _template(text: str, at: int) -> int:
    """Where a template that begins at a place ends."""
    n = at + 1
    while text[n] != "`":
        if text[n] == "\\":
            n += 1
        elif text[n : n + 2] == "${":
            depth, n = 1, n + 2
            while depth:
                n = _template(text, n) if text[n] == "`" else n + 1
                depth += {"{": 1, "}": -1}.get(text[n], 0)
        n += 1
    return n + 1


def spoilt_scripts(text: str) -> Iterator[tuple[str, str, str, str, str]]:
    """Every small fault of a script: the function, the operator, what stood there, what stands there, the whole text with the fault."""
    starts = [(m.start(), m[1]) for m in FUNCTION.finditer(text)]
    for operator, begins, ends, becomes in _faults(tokens(text)):
        function = next((name for start, name in reversed(starts) if start <= begins), "")
        line = text[text.rfind("\n", 0, begins) + 1 : (text + "\n").find("\n", ends)]
        inner = begins - (text.rfind("\n", 0, begins) + 1)
        was = " ".join(line.split())
        now = " ".join((line[:inner] + becomes + line[inner + ends - begins :]).split()) if "\n" not in text[begins:ends] else becomes
        yield function, operator, was, now, text[:begins] + becomes + text[ends:]


def _faults(row: list[Token]) -> Iterator[tuple[str, int, int, str]]:
    """The faults: an operator, the stretch of the text that it spoils, and what stands there then."""
    for i, (kind, token, at) in enumerate(row):
        before, after = row[i - 1] if i else ("", "", 0), row[i + 1] if i + 1 < len(row) else ("", "", 0)
        end = at + len(token)
        if kind == "text":
            if token[1:-1] in SWAPPED and after[1] != ":":
                yield "word swapped", at, end, f'"{SWAPPED[token[1:-1]]}"'
        elif kind == "number":
            if token == "0" and (before[1], after[1]) == ("[", "]") and row[i - 2][0] == "word":
                yield "first for last", before[2], after[2] + 1, ".at(-1)"
            elif token.isdigit():
                yield "number by one", at, end, str(int(token) + 1)
        elif kind == "word":
            yield from _words(row, i, before, after)
        elif kind == "sign":
            yield from _signs(row, i, before, after)


DROPPED = {"push": "concat", "add": "has", "set": "get", "reverse": "slice"}  # what asks in place of what does
STOPS = ("&&", "||", "??", "?", ":", ",", ";", "=>", "=", "return", "??=", "+=", "-=", "...")
NOTHING = ("null", "undefined")
NO_VALUE = ("return", "case", "const", "let", "of", "in")


def _words(row: list[Token], i: int, before: Token, after: Token) -> Iterator[tuple[str, int, int, str]]:
    _, token, at = row[i]
    end = at + len(token)
    if token in DROPPED and before[1] == "." and after[1] == "(":
        yield "order dropped" if token == "reverse" else "statement dropped", at, end, DROPPED[token]
    elif token == "sort" and before[1] == "." and row[i + 2][1] != ")":
        yield "order dropped", at, after[2] + 1, "map((kept) => kept, "
    elif token in ("min", "max") and before[1] == "." and row[i - 2][1] == "Math":
        begins = row[i - 2][2]
        yield "first for last", at, end, "max" if token == "min" else "min"
        yield "bound dropped", begins, end, "((kept) => kept)"
        yield "bound dropped", begins, end, "((...all) => all.at(-1))"
    elif token == "at" and [t[1] for t in row[i + 1 : i + 5]] == ["(", "-", "1", ")"]:
        yield "first for last", before[2], row[i + 4][2] + 1, "[0]"
    elif token in ("continue", "break") and after[1] == ";":
        yield "statement dropped", at, end, ""
    elif token == "if" and after[1] == "(":
        close = _span(row, i + 1, 1, ()) + 1
        yield "branch never taken", after[2], row[close][2] + 1, "(false)"
    elif token in DAYS and after[1] in (",", ")", "]", "}", ";") and before[1] in (".", "(", ",", "[", ":", "return"):
        opened, closed = _around(row, i)
        named = row[closed + 1][1] if closed + 1 < len(row) else ""
        parameters = row[opened][1] == "(" and (named in ("=>", "{") or row[opened - 2][1] == "function")
        shorthand = row[opened][1] == "{" and before[1] in ("{", ",")
        if not parameters and not shorthand and named != "=" and named != "of":
            yield "a day later", at, end, f"{token} + 1"


def _signs(row: list[Token], i: int, before: Token, after: Token) -> Iterator[tuple[str, int, int, str]]:
    _, token, at = row[i]
    end = at + len(token)
    said = {"text", "template"} & {before[0], after[0]}
    if token in COMPARED:
        yield "comparison", at, end, COMPARED[token]
    elif token in ("+", "-") and not said and (before[0] in ("word", "number") or before[1] in (")", "]")) and before[1] not in NO_VALUE:
        yield "sign", at, end, "-" if token == "+" else "+"
    elif token == "+=" and not said:
        yield "sign", at, end, "-="
    elif token == "!":
        yield "not dropped", at, end, ""
    elif token in ("&&", "||"):
        left, right = _span(row, i, -1, STOPS), _span(row, i, 1, STOPS)
        if left < i and before[1] not in NOTHING:  # what only keeps nothing from what follows is left
            yield "condition dropped", row[left][2], after[2], ""
        if i < right and row[right][1] not in NOTHING:
            yield "condition dropped", before[2] + len(before[1]), row[right][2] + len(row[right][1]), ""
    elif (
        token == "?"
        and before[1] not in NOTHING
        and "??" not in [t[1] for t in row[_span(row, i, -1, ("=", "=>", ";", ",", ":", "return", "?")) : i]]
    ):
        yield "condition dropped", at, end, "&& false ?"
        yield "condition dropped", at, end, "|| true ?"
    elif token == "=" and before[0] == "word" and row[i - 2][1] == "." or token == "=" and before[1] == "]":
        if row[_span(row, i, -1, (";", "=>")) - (0 if before[1] == "]" else 0)][1] not in ("const", "let"):
            yield "statement dropped", at, end, ","


def _around(row: list[Token], i: int) -> tuple[int, int]:
    """The brackets that a token stands in."""
    return _span(row, i, -1, ()) - 1, _span(row, i, 1, ()) + 1


def _span(row: list[Token], i: int, step: int, stops: tuple[str, ...]) -> int:
    """The index of the last token of an operand, going one way from an operator."""
    depth, n = 0, i + step
    inward, outward = (OPEN, CLOSE) if step > 0 else (CLOSE, OPEN)
    while 0 <= n < len(row):
        kind, token, _ = row[n]
        if kind == "sign" and token in inward:
            depth += 1
        elif kind == "sign" and token in outward:
            if not depth:
                break
            depth -= 1
        elif not depth and token in stops:
            break
        n += step
    return n - step
