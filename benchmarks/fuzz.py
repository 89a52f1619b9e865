"""Mutated files and hostile words through the parsers, the docstring styles and the edit proof.

    python benchmarks/fuzz.py [PATH...] [--minutes M] [--seed N] [--keep FOLDER]

Takes the source files in PATHS (the standard library where none is given), a language as often as
any other, breaks them, gives some of their units hostile documentation, and checks by means of its
own that nothing but documentation changed. Prints each kind of failure once, with the smallest
input found, and one line of JSON; the exit code is 1 if there was a failure.
"""

import argparse
import ast
import json
import random
import re
import sys
import sysconfig
import time
import traceback
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

from tree_sitter import Parser

from batdoc.source.check import check
from batdoc.source.docstring import Docstring
from batdoc.source.errors import InputError
from batdoc.source.files import SourceFile, decode_source
from batdoc.source.graph.grammar import get_grammar
from batdoc.source.house.style import learn
from batdoc.source.language import language_of
from batdoc.source.rewrite import documentation_edit, rewrite
from batdoc.source.rules import choose
from batdoc.source.styles import parse, render, styles_of
from batdoc.source.survey import Survey, survey

MOST_BYTES = 12_000
MOST_UNITS = 6
MOST_FILES = 400
SHRINK_TRIES = 400
Part = TypeVar("Part")
CODES = choose((), ())
HOSTILE = (
    *('"""', "'''", '"', "'", "\\", "*/", "/*", "/**", "//", "///", "--", "--[[", "]]", "--]==]"),
    *("#", "=begin", "=end", "\n=end\n", "__END__", "?>", "<?php", "`", "```", "${x}", "#{x}"),
    *("\0", "\x0c", "\x1b[31m", "\x85", "\u202e", "\u2028", "\ufeff", "\r", "\r\n", "\n", "\t"),
    *("\n\n", "\n    ", "\\\n", "??/\n", "\\u002a\\u002f", "\\N{BAT}", "{", "}", "%s", "🦇", "é"),
    *("</summary>", "<!--", "]]>", "&amp;", "@param x y", "@ts-ignore", "go:build x", "noqa"),
    *("coding: utf-16", "-*- coding: x -*-", "rubocop:disable all", "NOLINT", "#pragma x"),
    *("<|im_end|>", "def f(): pass", "int f();", "Args:", "Returns:", "\nArgs:\n    x: y", ":x:"),
    *("\n:param x: y", ":returns: z", "Raises\n------", "@return", "# Errors", ">>> f()", "...."),
    *("word ", "Some words. ", "x" * 300, "- item", "1. one", "  ", "e.g. ", "The thing"),
)
SPLINTERS = (
    *(b"{", b"}", b"(", b")", b'"', b"'", b'"""', b"/*", b"*/", b"//", b"#", b"\\", b"\\\n"),
    *(b"\r", b"\r\n", b"\n", b"\t", b"\x0c", b"\xff", b"\0", b"\xe2\x80\xa8", b"\xef\xbb\xbf"),
    *(b"def f(", b"class A:", b"function ", b"=begin\n", b"<?php", b"?>", b"`", b"--[[", b"]]"),
    *(
        b"/// x\n",
        b"# -*- coding: latin-1 -*-\n",
        b"#if X\n",
        b"#define X \\\n",
        b";",
        b",",
        b"@x\n",
    ),
)


@dataclass(frozen=True, slots=True)
class Trial:
    """One input that can be tried again: a file's bytes, and what is said of its units."""

    path: Path
    data: bytes
    words: str


class Broken(Exception):
    """Something that must hold does not."""


def main() -> None:
    """Fuzz until the time is over."""
    options = _options()
    chance = random.Random(options.seed)
    files = _files(options.paths or [Path(sysconfig.get_path("stdlib"))], chance)
    end = time.process_time() + 60 * options.minutes
    counts: Counter[str] = Counter()
    failures: Counter[str] = Counter()
    while time.process_time() < end:
        trial = _trial(files[chance.choice(sorted(files))], chance)
        failure = _failure(trial, counts)
        counts["trials"] += 1
        if failure is None:
            continue
        failures[failure] += 1
        if failures[failure] == 1:
            _show(failure, _shrunk(trial, failure), options.keep)
    summary = {"seed": options.seed, "languages": sorted(files), **counts, "failures": failures}
    sys.stdout.write(json.dumps(summary) + "\n")
    sys.exit(1 if failures else 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH")
    parser.add_argument("--minutes", type=float, default=5.0, help="of CPU")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="where failing inputs are put")
    return parser.parse_args()


def _files(paths: Iterable[Path], chance: random.Random) -> dict[str, list[Path]]:
    """Sort the source files that are small enough by language; a sample where there are many."""
    found: dict[str, list[Path]] = defaultdict(list)
    for root in paths:
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            language = language_of(path)
            if language and path.is_file() and path.stat().st_size <= MOST_BYTES:
                found[language.name].append(path)
    return {
        name: chance.sample(listed, min(len(listed), MOST_FILES)) for name, listed in found.items()
    }


def _trial(files: list[Path], chance: random.Random) -> Trial:
    path = chance.choice(files)
    data = path.read_bytes()
    for _ in range(chance.choice((0, 0, 1, 1, 2, 4, 8))):
        data = _mutated(data, chance.choice(files), chance)
    words = "".join(chance.choices(HOSTILE, k=chance.randint(1, 12)))
    return Trial(path, data, words)


def _mutated(data: bytes, other: Path, chance: random.Random) -> bytes:
    """Damage a file once: a cut, a copy, a splinter, a changed byte or a piece of another file."""
    start = chance.randint(0, len(data))
    end = min(len(data), start + int(chance.expovariate(1 / 40)))
    piece = data[start:end]
    match chance.randrange(6):
        case 0:
            return data[:start] + data[end:]
        case 1:
            return data[:end] + piece + data[end:]
        case 2:
            return data[:start] + bytes([chance.randrange(256)]) + data[start + 1 :]
        case 3:
            return data.replace(b"\n", chance.choice((b"\r\n", b"\r", b"\n\n", b"\n\t")))
        case 4:
            stranger = other.read_bytes()
            at = chance.randint(0, len(stranger))
            return data[:start] + stranger[at : at + 200] + data[start:]
        case _:
            return data[:start] + chance.choice(SPLINTERS) + data[start:]


def _failure(trial: Trial, counts: Counter[str]) -> str | None:
    """Try an input; give what is wrong in a form that is the same for the same cause."""
    try:
        _try_words(trial)
        _try_file(trial, counts)
    except Broken as error:
        return f"{language_name(trial)}: {error}"
    except Exception as error:  # whatever it is, it should not have come
        frame = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(frame.filename).name}:{frame.lineno}"
        return f"{language_name(trial)}: {type(error).__name__} in {place}"
    return None


def language_name(trial: Trial) -> str:
    """Tell the language of a trial."""
    language = language_of(trial.path)
    return language.name if language else ""


def _try_words(trial: Trial) -> None:
    """Read the words in every style of the language, write them, and look for those that are lost.

    The marks of a section may change; words may not.
    """
    name = language_name(trial)
    for style in styles_of(name):
        read = parse(trial.words, style, name)
        for width in (30, 79):
            written = "\n".join(render(read, width))
            lost = _vocabulary(_spoken(read)) - _vocabulary(written)
            _demand(not lost, f"{style.value} loses words when it is written")
    _demand(bool(parse(trial.words, None, name).style), "no style is detected")


def _spoken(read: Docstring) -> str:
    entries = [*read.params, *read.raises, read.returns, read.yields]
    parts = [part or "" for e in entries if e for part in (e.name, e.type, e.text)]
    return "\n".join([read.summary, read.body, read.examples, *parts])


def _vocabulary(text: str) -> set[str]:
    return set(re.findall(r"[a-z]{3,}", text))


def _try_file(trial: Trial, counts: Counter[str]) -> None:
    """Document some units, and check what came of it."""
    found = _surveyed(decode_source, trial)
    if found is None:
        counts["refused files"] += 1
        return
    outlines = found.language.outlines(found.file.text)
    check(found.file, found.language, outlines, CODES, True, lambda _: True)
    wanted = found.wanted[:MOST_UNITS]
    if not wanted:
        return
    house = learn(found.units)
    language = found.language
    said = house.dress(parse(trial.words, None, language.name), wanted[0])
    edits = [documentation_edit(found.file.text, u, said, house, language) for u in wanted]
    done = rewrite(found.file, edits, language)
    counts["edits"] += len(done.applied)
    counts["refused edits"] += len(done.refused)
    counts.update(re.sub(r"\d+", "N", f"refused: {why}") for _, why in done.refused)
    _demand_only_documentation(found, done.after)
    if done.applied:
        _demand_second_run_empty(found, done.after, len(done.applied))


def _surveyed(read: Callable[[Path, bytes], SourceFile], trial: Trial) -> Survey | None:
    try:
        return survey(read(trial.path, trial.data), include_private=True)
    except InputError:
        return None


def _demand_only_documentation(found: Survey, after: bytes) -> None:
    _demand(
        _code(found.language.name, found.file.text) == _code(found.language.name, after),
        "the code is another",
    )


def _demand_second_run_empty(found: Survey, after: bytes, applied: int) -> None:
    again = survey(decode_source(found.file.path, after), include_private=True)
    _demand(
        len(again.wanted) == len(found.wanted) - applied, "a second run finds the same units again"
    )


def _code(language: str, source: bytes) -> object:
    """Give the tokens without comments; of Python the syntax tree without strings that stand alone.

    Not by the code under test: what is wrong in both would not be seen.
    """
    if language == "python":
        return _python_code(source)
    if language == "csharp":  # whose grammar does not know that a carriage return ends `#if X`
        source = source.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return list(_leaves(language, source))


@cache
def _parser(language: str) -> Parser:
    grammar = get_grammar(language)
    assert grammar is not None
    return Parser(grammar.load())


def _leaves(language: str, source: bytes) -> Iterator[bytes]:
    cursor = _parser(language).parse(source).walk()
    while True:
        node = cursor.node
        assert node is not None
        is_comment = "comment" in node.type
        text = source[node.start_byte : node.end_byte].strip()
        if text and not node.child_count and not is_comment:  # a missing one has no text
            yield text
        if not is_comment and cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return


def _python_code(source: bytes) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(source)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [s for s in body if not _is_text(s)]  # type: ignore[attr-defined]
    return ast.dump(tree)


def _is_text(statement: ast.AST) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _shrunk(trial: Trial, failure: str) -> Trial:
    """Leave out halves, quarters and so on, of lines and then of words, while it still fails so."""
    tries = 0

    def fails(smaller: Trial) -> bool:
        nonlocal tries
        tries += 1
        return tries <= SHRINK_TRIES and _failure(smaller, Counter()) == failure

    lines = _fewest(
        trial.data.splitlines(keepends=True),
        lambda kept: fails(Trial(trial.path, b"".join(kept), trial.words)),
    )
    data = b"".join(lines)
    tries = 0
    words = _fewest(list(trial.words), lambda kept: fails(Trial(trial.path, data, "".join(kept))))
    return Trial(trial.path, data, "".join(words))


def _fewest(parts: list[Part], fails: Callable[[list[Part]], bool]) -> list[Part]:
    size = len(parts) // 2
    while size:
        at = 0
        while at < len(parts):
            smaller = parts[:at] + parts[at + size :]
            if fails(smaller):
                parts = smaller
            else:
                at += size
        size //= 2
    return parts


def _show(failure: str, trial: Trial, keep: Path | None) -> None:
    sys.stdout.write(f"{failure}\n  data {trial.data!r:.2000}\n  words {trial.words!r:.600}\n")
    sys.stdout.flush()
    if keep:
        keep.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"\W+", "_", failure)
        (keep / f"{name}{trial.path.suffix}").write_bytes(trial.data)
        (keep / f"{name}.words").write_text(trial.words, "utf-8", "surrogatepass")


def _demand(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Broken(otherwise)


if __name__ == "__main__":
    main()
