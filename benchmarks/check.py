"""How fast `batdoc check` reads and checks source, and what it finds: one JSON line.

Data: the standard library of the Python that runs this, or a folder of one's own.
`python benchmarks/check.py [--data FOLDER]`
"""

import argparse
import json
import sysconfig
import time
from collections import Counter
from pathlib import Path

from batdoc.source.check import check
from batdoc.source.errors import InputError
from batdoc.source.files import read_source
from batdoc.source.rules import choose
from batdoc.source.survey import survey

_NOT_STDLIB = {"site-packages", "test", "tests", "idle_test", "__pycache__"}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(sysconfig.get_path("stdlib")))
    data = parser.parse_args().data
    files = [f for f in sorted(data.rglob("*.py")) if not _NOT_STDLIB & set(f.parts)]
    codes = choose((), ())
    found: Counter[str] = Counter()
    lines = checked = expected = documented = 0
    start = time.process_time()
    for path in files:
        try:
            file = read_source(path)
            result = check(survey(file, False), codes, False, lambda _: True)
        except InputError:
            continue
        checked += 1
        lines += file.text.count(b"\n")
        expected += result.expected
        documented += result.documented
        found.update(finding.rule.code for finding in result.findings)
    elapsed = time.process_time() - start
    print(
        json.dumps(
            {
                "benchmark": "check",
                "files": len(files),
                "not_readable": len(files) - checked,
                "lines": lines,
                "seconds": round(elapsed, 2),
                "lines_per_second": round(lines / elapsed) if elapsed else None,
                "documented_share": round(documented / expected, 3) if expected else None,
                "findings": dict(sorted(found.items())),
            }
        )
    )


if __name__ == "__main__":
    main()
