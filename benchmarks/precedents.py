"""What it is worth to show a model what the code base says already of like functions.

    python benchmarks/precedents.py [FOLDER...]

Documents functions that people documented, in code bases that the starter never saw (its own
held-out packages that are installed, where no folder is named): with the precedents that users get
where the rest of the file is documented, where nothing in the file is, and with none. Beside that
stands what copying from the likest function would give. Nothing is shown of what is said of the
function itself. Prints one JSON line, and writes a section of docs/results.md.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from statistics import mean

from results import write_section
from unseen import Case, cases, installed

from batdoc.models.authoring import Shown, write_docstrings
from batdoc.models.backend import Backend
from batdoc.models.catalogue import open_backend
from batdoc.models.trust import Written
from batdoc.source.docstring import Docstring, Style
from batdoc.source.house.precedents import NOTHING, Known
from batdoc.source.house.style import HouseStyle
from batdoc.source.styles import parse
from batdoc.trainer.metrics import bleu4, chrf, rouge_l

_MOST = 100  # functions of a code base
_HOUSE = HouseStyle(Style.REST, True, False, 88, True)
_EMPTY = Docstring("", "", (), None, None, (), "", Style.REST)

Figures = dict[str, float]


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path)
    folders = parser.parse_args().folders or list(installed())
    found = {}
    with closing(open_backend("starter", None)) as backend:
        for folder in folders:
            chosen = cases(folder, _MOST)
            told, bare = ([c.in_documented_file for c in chosen], [c.in_bare_file for c in chosen])
            ways = {
                "documented file": written(chosen, told, backend),
                "documented file, own words": written(chosen, own_words(told), backend),
                "bare file": written(chosen, bare, backend),
                "nothing": written(chosen, [NOTHING] * len(chosen), backend),
                "likest function": [copied(known.lines) for known in told],
            }
            found[folder.name] = {name: figures(chosen, docs) for name, docs in ways.items()}
    print(json.dumps(found))
    write_section("precedents", _section(found))


def written(chosen: Sequence[Case], shown: Sequence[Known], backend: Backend) -> list[Docstring]:
    """Let the model document functions, as users get it."""
    units, beside = [case.unit for case in chosen], [Shown(known=known) for known in shown]
    docs = write_docstrings(units, backend, _HOUSE, shown=beside)
    return [each.docstring if isinstance(each, Written) else _EMPTY for each in docs]


def own_words(known: Sequence[Known]) -> list[Known]:
    """Leave what people said of like functions out of the choice; it is shown all the same."""
    return [replace(each, retold=()) for each in known]


def figures(chosen: Sequence[Case], docs: Sequence[Docstring]) -> Figures:
    """Compare documentation with what people wrote; all but counts in [0, 100].

    Entries are those parameters that the person and the model both told of.
    """
    humans = [case.human.summary for case in chosen]
    summaries = [doc.summary or "." for doc in docs]
    pairs = [
        pair for case, doc in zip(chosen, docs, strict=True) for pair in _entries(case.human, doc)
    ]
    return {
        "functions": len(chosen),
        "bleu4": round(bleu4(summaries, humans), 2),
        "chrf": round(chrf(summaries, humans), 2),
        "rouge_l": round(rouge_l(summaries, humans), 2),
        "entries": len(pairs),
        "entry_chrf": round(mean(chrf([one], [other]) for one, other in pairs), 2) if pairs else 0,
    }


def copied(precedents: Sequence[str]) -> Docstring:
    """Say what the precedents say, word by word."""
    *others, last = precedents or ("",)
    doc = parse("\n".join([last.partition(": ")[2], *others]), Style.REST)
    return replace(doc, summary=last.partition(": ")[2])


def _entries(human: Docstring, doc: Docstring) -> Iterator[tuple[str, str]]:
    told = {entry.name.lstrip("*"): entry.text for entry in doc.params}
    for entry in human.params:
        if entry.text and (text := told.get(entry.name.lstrip("*"))):
            yield text, entry.text


def _section(found: dict[str, dict[str, Figures]]) -> str:
    rows = "\n".join(
        f"| {name} | {way} | {f['functions']} | {f['bleu4']:.1f} | {f['chrf']:.1f} | "
        f"{f['rouge_l']:.1f} | {f['entries']} | {f['entry_chrf']:.1f} |"
        for name, ways in found.items()
        for way, f in ways.items()
    )
    means = {
        way: {key: mean(ways[way][key] for ways in found.values()) for key in figures_}
        for way, figures_ in next(iter(found.values())).items()
    }
    rows += "\n" + "\n".join(
        f"| **mean** | {way} | | {f['bleu4']:.1f} | {f['chrf']:.1f} | {f['rouge_l']:.1f} | | "
        f"{f['entry_chrf']:.1f} |"
        for way, f in means.items()
    )
    return f"""## Precedents

Written by `python benchmarks/precedents.py FOLDER...`: what the starter says of functions of code
bases that it never saw, against what people said, where the rest of the file is documented, where
nothing else in the file is, and where it is shown the function alone. Own words: where sentences
about like functions are shown, but never taken over. Beside that stands what is copied from the
likest function, and from the likest that has a parameter of the same name. First sentences by
BLEU-4, chrF and ROUGE-L; texts of parameters, those that both tell of, by chrF.

| code base | shown | functions | BLEU-4 | chrF | ROUGE-L | parameters | chrF |
|---|---|---|---|---|---|---|---|
{rows}
"""


if __name__ == "__main__":
    main()
