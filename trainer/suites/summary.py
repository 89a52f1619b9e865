"""What a suite's results come to: pass@k by language, and what became of the samples."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from batdoc.trainer.suites.programs import Verdict
from batdoc.trainer.suites.scoring import Result, pass_at_k

Numbers = Mapping[str, Any]


def summarize(results: Sequence[Result], ks: Sequence[int]) -> dict[str, dict[str, Any]]:
    """Count, apart for each language.

    Args:
        results: At least one; each of as many samples as the largest of `ks` or more.
        ks: For which pass@k is wanted.
    """
    languages = sorted({result.language for result in results})
    return {
        language: _count([result for result in results if result.language == language], ks)
        for language in languages
    }


def _count(results: Sequence[Result], ks: Sequence[int]) -> dict[str, Any]:
    verdicts = Counter(verdict for result in results for verdict in result.verdicts)
    estimates = {f"pass@{k}": _mean_pass(results, k) for k in ks}
    return {
        "tasks": len(results),
        **estimates,
        "samples": {verdict.value: verdicts[verdict] for verdict in Verdict},
        "cut_to_fit": sum(result.is_cut for result in results),
    }


def _mean_pass(results: Sequence[Result], k: int) -> float:
    estimates = [pass_at_k(len(result.verdicts), result.passed, k) for result in results]
    return sum(estimates) / len(estimates)


def describe(title: str, summary: Mapping[str, Numbers]) -> str:
    """Spell a summary for people, a paragraph a language."""
    return "\n".join(
        line
        for language, numbers in summary.items()
        for line in [f"{title}, {language}", *_lines(numbers)]
    )


def _lines(numbers: Numbers) -> list[str]:
    samples = [f"{count} {what}" for what, count in numbers["samples"].items() if count]
    rows = {"tasks": f"{numbers['tasks']}", "samples": ", ".join(samples)}
    rows |= {key: f"{value:.1%}" for key, value in numbers.items() if key.startswith("pass@")}
    if cut := numbers["cut_to_fit"]:
        rows["cut"] = f"{cut} whose words did not fit the model"
    return [f"  {name:<9}{value}" for name, value in rows.items()]
