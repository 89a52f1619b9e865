"""Where batdoc and other checkers differ, each with a reason and an example that the tests run."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that another checker reports and batdoc does not.

    Attributes:
        they_say: What.
        rules: Theirs, of which each finds something in the example.
        reason: Why batdoc says nothing.
        example: Code in which batdoc finds nothing.
        style: How the example is documented: google, numpy or sphinx, as pydoclint calls them.
    """

    they_say: str
    rules: tuple[str, ...]
    reason: str
    example: str
    style: str = "google"


def _code(head: str, doc: str, *body: str, before: str = "") -> str:
    """Spell a function."""
    lines = ['"""', *doc.splitlines(), '"""', *(body or ("do()",))]
    lines[:2] = ['"""' + lines[1]]
    indented = "".join(f"    {line}".rstrip() + "\n" for line in lines)
    return f"{before}{head}\n{indented}"


_CHOICE = "which sections there are is the author's choice"
_READER = "a reader takes it for one, as he does a name in quotes or backticks"
_ARGS = "Do it.\n\nArgs:\n    {}"

DIFFERENCES = (
    Difference(
        "a section for parameters or exceptions is missing",
        ("DOC101", "DOC103", "DOC501", "DOC503"),
        _CHOICE,
        _code(
            "def f(a):",
            "Do it.\n\nReturns:\n    It.",
            *("if not a:", "    raise ValueError", "return a"),
        ),
    ),
    Difference(
        "a section for results is missing",
        ("DOC201",),
        _CHOICE,
        _code("def f(a):", _ARGS.format("a: One."), "return a"),
    ),
    Difference(
        "a section for yielded values is missing",
        ("DOC402",),
        _CHOICE,
        _code("def f(a):", _ARGS.format("a: One."), "yield a"),
    ),
    Difference(
        "a documented exception is not raised in the body",
        ("DOC502",),
        "it may come from a call",
        _code("def f():", "Do it.\n\nRaises:\n    OSError: The disk is full."),
    ),
    Difference(
        "an entry has no description",
        ("D417",),
        "the entry is there",
        _code("def f(a, b):", "Do it.\n\nParameters\n----------\na : int\nb : int\n    One."),
        "numpy",
    ),
    Difference(
        "an entry without a colon is none",
        ("D417", "DOC001"),
        _READER,
        _code("def f(a, b):", _ARGS.format("a: One.\n    b (int)")),
    ),
    Difference(
        "an entry for several parameters in no usual form is none, `a,b : int`",
        ("DOC101", "DOC103"),
        _READER,
        _code(
            "def f(a, b, c):",
            "Do it.\n\nParameters\n----------\na,b : int\n    Two.\nc : int\n    One.",
        ),
        "numpy",
    ),
    Difference(
        "a parameter that begins with an underscore has no entry",
        ("DOC101", "DOC103"),
        "it is not for callers",
        _code("def f(a, _b=None):", _ARGS.format("a: One.")),
    ),
    Difference(
        "a parameter has no entry in a docstring that holds a placeholder of its own, `${more}`",
        ("D417", "DOC103"),
        "a tool fills in more of it later",
        _code("def f(a, b):", "Do it.\n\nParameters\n----------\na : int\n    One.\n${more}"),
        "numpy",
    ),
    Difference(
        "a `**` or `*` parameter has no entry, though single keywords have",
        ("DOC103", "D417"),
        "those entries stand for it",
        _code("def f(a, **more):", _ARGS.format("a: One.\n    b: Two.")),
    ),
    Difference(
        "an entry is no parameter, of a function that takes `**`",
        ("DOC102", "DOC103"),
        "it may be one of the keywords",
        _code("def f(**more):", _ARGS.format("**more: Others.\n    b: Two.")),
    ),
    Difference(
        "stars are missing in reST fields",
        ("DOC103",),
        "reST would read them as emphasis",
        _code("def f(*more):", "Do it.\n\n:param more: Others."),
        "sphinx",
    ),
    Difference(
        "a class has results",
        ("DOC302",),
        "they are those of a call of the instance",
        _code(
            "class F:", "Do it.\n\nReturns:\n    A number.", "", "def __init__(self):", "    do()"
        ),
    ),
    Difference(
        "a property documents parameters",
        ("DOC102", "DOC103"),
        "they are those of what it returns",
        'class C:\n    """A class."""\n\n    @property\n    def f(self):\n'
        '        """Give a view.\n\n        Args:\n            a: One.\n'
        '        """\n        return View(self)\n',
    ),
    Difference(
        "a decorated function's results are wrong",
        ("DOC202",),
        "a decorator, such as `contextmanager`, may return something else",
        _code("def f():", "Do it.\n\nReturns:\n    A number.", before="@wrapped\n"),
    ),
    Difference(
        "an unannotated stub's or abstract method's results are wrong",
        ("DOC202",),
        "they are for others to define",
        _code("def f():", "Do it.\n\nReturns:\n    A number.", "raise NotImplementedError"),
    ),
    Difference(
        "a generator documents a result that is called an iterator or a generator",
        ("DOC202",),
        "calling it does return one",
        _code("def f():", "Do it.\n\nReturns:\n    An iterator over numbers.", "yield 1"),
    ),
    Difference(
        "what is yielded is documented, and the generator has no return annotation",
        ("DOC403",),
        "the body shows what it is",
        _code("def f():", "Do it.\n\nYields:\n    Each number.", "yield 1"),
    ),
    Difference(
        "a function with a result documents what it yields",
        ("DOC403",),
        "it may return an iterator that it got elsewhere",
        _code("def f():", "Do it.\n\nYields:\n    Each number.", "return numbers()"),
    ),
    Difference(
        "an exception is qualified in the body and not in its entry, or the other way round",
        ("DOC503",),
        "it is the same one",
        _code("def f():", "Do it.\n\nRaises:\n    Full: No room.", "raise queue.Full"),
    ),
    Difference(
        "an exception is raised and has no entry, but is a case of a documented built-in one",
        ("DOC503",),
        "the entry covers it",
        _code("def f():", "Do it.\n\nRaises:\n    LookupError: No such name.", "raise KeyError"),
    ),
    Difference(
        "an exception is raised and has no entry, but is caught in the same body, named in the "
        "text or an `AssertionError`",
        ("DOC501", "DOC503"),
        "it does not leave the function, the reader is told, or the code itself is wrong",
        _code(
            "def f():",
            "Do it.\n\nIt gives a KeyError for no name.\n\nRaises:\n    OSError: No disk.",
            "raise KeyError",
        ),
    ),
)
