"""Examples in a model's documentation: taken out, and put back only if they ran green.

An example that a person wrote stands in the documentation that is there; it is kept as it is and
never run. Only Python's are run; in other languages a model's examples are dropped.
"""

import doctest
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from batdoc.source.docstring import Docstring, Entry
from batdoc.source.sandbox import Ending, Limits, Outcome
from batdoc.source.units import CodeUnit

Run = Callable[[str, Limits], Outcome]

_LIMITS = Limits(seconds=5.0)
_PROMPT, _FENCES = ">>>", ("```", "~~~")
# The module may need its package, which is not there: then the unit stands alone.
_PROGRAM = """\
import doctest, sys, types

source, alone, examples, token = {facts!r}

def load(text):
    module = sys.modules["module"] = types.ModuleType("module")
    exec(compile(text, "module.py", "exec"), module.__dict__)
    return module.__dict__

try:
    names = load(source)
except ImportError:
    names = load(alone)
test = doctest.DocTestParser().get_doctest(examples, names, "examples", None, 0)
result = doctest.DocTestRunner(verbose=False).run(test, out=lambda _: None)
if not result.failed and result.attempted == len(test.examples):
    print()
    print(token)
"""


def gathered(docstring: Docstring) -> Docstring:
    """Move all examples, wherever they stand, into `examples`; other text there is left out."""
    fields = [*docstring.params, *docstring.raises]
    fields += [entry for entry in (docstring.returns, docstring.yields) if entry]
    texts = [docstring.body, docstring.examples, *(entry.text for entry in fields)]
    blocks = [block for text in texts for block in _blocks(text)]
    return replace(
        docstring,
        body=_prose(docstring.body),
        params=tuple(map(_without, docstring.params)),
        raises=tuple(map(_without, docstring.raises)),
        returns=docstring.returns and _without(docstring.returns),
        yields=docstring.yields and _without(docstring.yields),
        examples="\n\n".join(dict.fromkeys(blocks)),
    )


def kept_examples(docstring: Docstring, source_text: str, unit: CodeUnit, run: Run) -> Docstring:
    """Keep of a model's examples those that run and give what they say.

    Args:
        docstring: A model's, with its examples in `examples`.
        source_text: The file that `unit` stands in.
        unit: What the documentation is of; examples that stand in its own are kept unseen.
        run: Runs a program in the sandbox.
    """
    kept: list[str] = []
    for block in _blocks(docstring.examples):
        is_own = block in (unit.docstring or "")
        if is_own or _is_green([*kept, block], source_text, unit, run):
            kept.append(block)
    return replace(docstring, examples="\n\n".join(kept))


def _is_green(blocks: Sequence[str], source_text: str, unit: CodeUnit, run: Run) -> bool:
    if unit.language != "python" or not _tells(blocks[-1], unit):
        return False
    token = secrets.token_hex()
    facts = (source_text, unit.code, "\n\n".join(blocks), token)
    outcome = run(_PROGRAM.format(facts=facts), _LIMITS)
    # A program that ends early, however well, has not come to the token.
    return outcome.ending is Ending.OK and outcome.stdout.endswith(f"\n{token}\n")


def _tells(block: str, unit: CodeUnit) -> bool:
    """Tell whether an example uses the unit and shows a result, with nothing switched off."""
    try:
        examples = doctest.DocTestParser().get_examples(block)
    except ValueError:
        return False
    uses_it = any(unit.name in example.source for example in examples)
    shows = any(example.want for example in examples)
    return uses_it and shows and not any(example.options for example in examples)


def _without(entry: Entry) -> Entry:
    return replace(entry, text=_prose(entry.text))


def _blocks(text: str) -> Iterator[str]:
    for is_example, lines in _parted(text):
        if is_example:
            yield "\n".join(lines)


def _prose(text: str) -> str:
    lines = [line for is_example, part in _parted(text) if not is_example for line in part]
    return "\n".join(lines).strip("\n")


def _parted(text: str) -> Iterator[tuple[bool, list[str]]]:
    """Part text into lines of prose and examples: up to a blank line, or a fence and its end."""
    lines = text.split("\n") if text else []
    at = 0
    while at < len(lines):
        end = at + 1
        start = lines[at].lstrip()
        if start.startswith(_PROMPT):
            while end < len(lines) and lines[end].strip():
                end += 1
        elif start.startswith(_FENCES):
            while end < len(lines) and not lines[end].lstrip().startswith(start[:3]):
                end += 1
            end = min(end + 1, len(lines))
        is_example = start.startswith((_PROMPT, *_FENCES))
        yield is_example, lines[at:end]
        at = end
