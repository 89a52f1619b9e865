"""The mood of a summary: imperative ("Return the sum") or third person ("Returns the sum").

A small table of verbs and the rules of English spelling tell one from the other. Where a word may
be a noun as well ("Set of names", "Tests for it") or a second verb would be left in the old mood,
nothing is told and nothing is changed.
"""

import re
from enum import StrEnum


class Mood(StrEnum):
    """How summaries address their reader."""

    IMPERATIVE = "imperative"
    THIRD_PERSON = "third-person"


_VERB_LIST = """
call carry change check count display dump go have mark need try
abort accept accumulate acquire activate add adjust advance aggregate allocate allow analyse
analyze annotate append apply approximate arrange assemble assert assign associate attach
authenticate authorize begin bind broadcast build calculate cancel capture cast choose clamp
classify clean clear clip clone close collapse collect combine commit compare compile complete
compose compress compute concatenate configure confirm connect construct consume contain
convert copy create crop deactivate decide declare decode decompress decorate decrease
decrement decrypt deduce deduplicate define delegate delete deliver derive describe
deserialize destroy detach detect determine disable discard disconnect dispatch divide do
download draw drop emit enable encode encrypt enforce enqueue ensure enter enumerate erase
escape establish evaluate examine exclude execute expand explain expose extend extract fetch
filter find finish fit flatten flip flush follow force format forward generate get give grant
guess handle hide identify ignore implement import include increase increment indicate infer
inherit initialise initialize inject insert inspect install instantiate intercept interpolate
interpret invalidate invert invoke iterate join keep launch leave let listen load locate
lock log lower make manage map match mean measure merge migrate mock modify monitor move
multiply mutate negate normalise normalize notify obtain open override pack pad parse
partition pass patch perform permit persist pick place plot poll pop populate post predict
prepare prepend preserve prevent print prioritize process produce prompt propagate provide
prune publish pull push put query queue quit quote raise randomize read rebuild receive
recompute reconstruct record recover redirect reduce refer refresh refuse regenerate register
reject release reload remove rename render reorder repair repeat replace replicate report
represent request require reset reshape resize resolve respond restart restore restrict resume
retain retrieve retry return reverse revert revoke rewrite roll rotate round route run sample
sanitize save scale scan schedule search select send separate serialise serialize serve set
shift show shuffle shut signal simplify simulate skip slice solve sort specify split
start stop store stream strip submit subscribe substitute subtract sum summarize supply
suppress swap synchronize take tell terminate test tokenize toggle trace track train
transfer transform translate transpose traverse trigger trim truncate turn unify unlock unpack
unregister unsubscribe unwrap update upgrade upload use validate verify visit wait walk warn
watch wrap write yield zip
"""
# Forms of these are nouns just as often: only what follows tells that they are verbs.
_NOUN_LIST = """
call carry change check count display dump go mark need try
advance broadcast build cast clip clone copy crop drop escape filter fit flip force format
guess import increase increment decrease decrement request query record release report reverse
result return round route run sample scale scan search set shift show signal slice sort split
start stop store stream strip sum supply swap switch test trace track train transfer trigger
turn update upgrade upload download use visit wait walk watch wrap yield zip map match merge
list load lock log measure move pack pad pass patch place plot poll pop post process prompt
push put queue quote raise read roll mock draw follow import join launch lower mean handle
print forward
"""
_DETERMINER_LIST = """
a all an any another each either every exactly false her his how if it its no none nothing one
only our some that the their them these this those true two what when where whether which who
your self
"""
_VERBS = frozenset(_VERB_LIST.split())
_NOUNS_TOO = frozenset(_NOUN_LIST.split())
_DETERMINERS = frozenset(_DETERMINER_LIST.split())
# At the start of a summary these are verbs, unless one of the others follows.
_MOSTLY_VERBS = frozenset({"check", "handle", "print", "raise", "read", "return", "run", "yield"})
_AFTER_NOUNS = frozenset({"code", "codes", "of", "only", "type", "types", "value", "values"})
_WORD = re.compile(r"[A-Za-z]+")
_NEXT = re.compile(r"[\s`'\"]*([A-Za-z]+)?")
_JOINED = re.compile(r"(?:\b(?:and|or|then|but)|[,;:/])\s+(?:then\s+)?([A-Za-z]+)\b")
# Behind these a verb has no mood: "Try to read and parse it".
_INFINITIVE = re.compile(r"\b(?:to|can|could|let|lets|may|might|must|should|will|would)\b")
_FIRST_SENTENCE = re.compile(r".*?[.!?](?=\s|$)", re.DOTALL)
_ODD = {"do": "does", "go": "goes", "have": "has"}


def _third_person(verb: str) -> str:
    if verb in _ODD:
        return _ODD[verb]
    if verb.endswith(("s", "x", "z", "ch", "sh")):
        return f"{verb}es"
    return f"{verb[:-1]}ies" if re.search(r"[^aeiou]y$", verb) else f"{verb}s"


_THIRD = {verb: _third_person(verb) for verb in _VERBS}
_BASE = {third: verb for verb, third in _THIRD.items()}


def mood_of(summary: str) -> Mood | None:
    """Tell the mood of a summary, or None where its first word does not tell.

    Examples:
        >>> mood_of("Returns the sum.")
        <Mood.THIRD_PERSON: 'third-person'>
        >>> mood_of("Set of names.") is None
        True
    """
    found = _verb_at_start(summary)
    return found[1] if found else None


def in_mood(summary: str, mood: Mood) -> str:
    """Put a summary into a mood; as it was where that is not certain to be right.

    Examples:
        >>> in_mood("Returns the sum and stores it.", Mood.IMPERATIVE)
        'Return the sum and store it.'
        >>> in_mood("Compare the inputs and results.", Mood.THIRD_PERSON)
        'Compares the inputs and results.'
    """
    found = _verb_at_start(summary)
    if found is None or found[1] is mood:
        return summary
    changes = [found[0]]
    sentence = _FIRST_SENTENCE.match(summary)
    for joined in _JOINED.finditer(summary, 0, sentence.end() if sentence else len(summary)):
        word = joined[1].lower()
        if _mood_of_word(word) is not found[1]:
            continue
        is_unsure = _is_noun_too(word) and not _is_followed_as_verb(summary, joined.end(1))
        if is_unsure or _INFINITIVE.search(summary.lower(), found[0][0], joined.start(1)):
            return summary
        changes.append(joined.span(1))
    for start, end in reversed(changes):
        summary = summary[:start] + _turned(summary[start:end]) + summary[end:]
    return summary


def _verb_at_start(summary: str) -> tuple[tuple[int, int], Mood] | None:
    """Find the verb that a summary starts with, an adverb before it passed over."""
    first = _WORD.match(summary)
    if first and first.group().lower().endswith("ly") and _mood_of_word(first.group()) is None:
        first = _WORD.match(summary, first.end() + 1)
    if first is None or summary[first.end() : first.end() + 1] not in (" ", ".", ""):
        return None
    word = first.group().lower()
    mood = _mood_of_word(word)
    if mood is None or not _is_verb_at(summary, first.end(), word):
        return None
    return first.span(), mood


def _is_verb_at(summary: str, end: int, word: str) -> bool:
    """Tell whether a word that starts a summary and ends at `end` is no noun."""
    if _BASE.get(word, word) in _MOSTLY_VERBS:
        following = _NEXT.match(summary, end)
        return following is None or (following[1] or "").lower() not in _AFTER_NOUNS
    return not _is_noun_too(word) or _is_followed_as_verb(summary, end)


def _mood_of_word(word: str) -> Mood | None:
    word = word.lower()
    if word in _VERBS:
        return Mood.IMPERATIVE
    return Mood.THIRD_PERSON if word in _BASE else None


def _is_noun_too(word: str) -> bool:
    return _BASE.get(word, word) in _NOUNS_TOO


def _is_followed_as_verb(summary: str, at: int) -> bool:
    following = _NEXT.match(summary, at)
    return bool(following and following[1] and following[1].lower() in _DETERMINERS)


def _turned(word: str) -> str:
    """Give a verb's other form, with the capital that it had."""
    lower = word.lower()
    other = _THIRD[lower] if lower in _THIRD else _BASE[lower]
    return other.capitalize() if word[:1].isupper() else other
