"""TypeScript with markup in it."""

from dataclasses import replace

from batdoc.source.graph.grammars import typescript

GRAMMAR = replace(typescript.GRAMMAR, entry="language_tsx")
