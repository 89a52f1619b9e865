from batdoc.models.backend import Limits
from batdoc.models.backends.llama_cpp import LlamaCppBackend
from batdoc.models.prompts import to_doc
from batdoc.models.warm import WarmBackend
from batdoc.source.language import get_language

(UNIT,) = get_language("python").units(b"def f(a):\n    return a\n")


def test_each_seed_gives_its_own_answer_again_and_again(tiny_gguf):
    backend = LlamaCppBackend(tiny_gguf)
    try:
        answers = [
            WarmBackend(backend, seed).generate([to_doc(UNIT)], Limits.greedy(8))[0].token_ids
            for seed in (1, 2, 1)
        ]
        assert answers[0] == answers[2] != answers[1]
        WarmBackend(backend, 1).close()
        assert backend.generate([to_doc(UNIT)], Limits.greedy(1))
    finally:
        backend.close()
