"""Other ways to write a Python function: by its syntax tree."""

import ast
import random
from typing import cast


def parses(code: str) -> bool:
    """Tell whether it is valid."""
    try:
        ast.parse(code)
    except SyntaxError:
        return False
    return True


def renamed(code: str) -> str:
    """Rename every variable that parameters, assignments and inner functions bind."""
    tree = ast.parse(code)
    functions = [top for top in tree.body if isinstance(top, ast.FunctionDef)]
    names = {name for top in functions for name in _local_names(top)}
    names -= {n.arg for n in ast.walk(tree) if isinstance(n, ast.keyword)}
    for node in ast.walk(tree):
        if isinstance(node, ast.arg) and node.arg in names:
            node.arg = f"renamed_{node.arg}"
        elif isinstance(node, ast.Name) and node.id in names:
            node.id = f"renamed_{node.id}"
        elif isinstance(node, ast.FunctionDef) and node.name in names:
            node.name = f"renamed_{node.name}"
    return ast.unparse(tree)


def reformatted(code: str) -> str:
    """Write it as Python itself would: one style of quotes, parentheses and white space."""
    return ast.unparse(ast.parse(code))


def commented(code: str) -> str:
    """Put a comment above and behind every statement, and documentation into the function."""
    tree = ast.parse(code)
    lines = code.splitlines()
    starts = {
        node.lineno: node.col_offset
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and not lines[node.lineno - 1][: node.col_offset].strip()
    }
    inside = {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant | ast.JoinedStr)
        for line in range(node.lineno + 1, (node.end_lineno or node.lineno) + 1)
    }
    told = []
    for number, line in enumerate(lines, 1):
        if number in starts and number not in inside:
            told.append(" " * starts[number] + "# what follows is not code: x += 1")
        told.append(line)
    documented = ast.parse("\n".join(told))
    last = documented.body[-1]
    if isinstance(last, ast.FunctionDef):
        at = last.body[0].lineno - 1
        told.insert(at, " " * last.body[0].col_offset + '"""Say what it does."""')
    return "\n".join(told)


def rewritten(code: str) -> str:
    """Write it otherwise, with the same meaning: loops by index, results named, and so on."""
    tree = _Rewriter().visit(ast.parse(code))
    return ast.unparse(ast.fix_missing_locations(tree))


def scrambled(code: str) -> str:
    """Keep every call and value, and destroy the rest: statements and variables change places."""
    chance = random.Random(0)
    tree = ast.parse(code)
    for node in list(ast.walk(tree)):
        names = sorted(_local_names(node)) if isinstance(node, ast.FunctionDef) else []
        if isinstance(getattr(node, "body", None), list) and not isinstance(node, ast.Module):
            chance.shuffle(node.body)
        for inner in ast.walk(node) if names else ():
            if isinstance(inner, ast.Name) and inner.id in names:
                inner.id = chance.choice(names)
    return ast.unparse(tree)


def with_body(header_of: str, body_of: str) -> str:
    """Put one function's body under another's declaration, as a bad rebuild would be."""
    one, other = ast.parse(header_of).body[-1], ast.parse(body_of).body[-1]
    assert isinstance(one, ast.FunctionDef)
    assert isinstance(other, ast.FunctionDef)
    one.body = other.body
    return ast.unparse(one)


def _local_names(function: ast.FunctionDef) -> set[str]:
    inner = [node for node in ast.walk(function) if node is not function]
    names = {n.arg for n in inner if isinstance(n, ast.arg)}
    names |= {n.id for n in inner if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return names | {n.name for n in inner if isinstance(n, ast.FunctionDef)}


_FLIPPED = {ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE}
_FLIPPED |= {ast.Eq: ast.Eq, ast.NotEq: ast.NotEq}


class _Rewriter(ast.NodeTransformer):
    """Rewrites what it meets into another form."""

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt:
        self.generic_visit(node)
        if not isinstance(node.target, ast.Name):
            return node
        read = ast.Name(node.target.id, ast.Load())
        return ast.Assign([node.target], ast.BinOp(read, node.op, node.value))

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        flipped = _FLIPPED.get(type(node.ops[0]))
        if len(node.ops) > 1 or flipped is None:
            return node
        return ast.Compare(node.comparators[0], [flipped()], [node.left])

    def visit_If(self, node: ast.If) -> ast.stmt:
        self.generic_visit(node)
        if not node.orelse:
            return node
        return ast.If(ast.UnaryOp(ast.Not(), node.test), node.orelse, node.body)

    def visit_Return(self, node: ast.Return) -> list[ast.stmt]:
        self.generic_visit(node)
        if node.value is None or isinstance(node.value, ast.Name | ast.Constant):
            return [node]
        named = ast.Assign([ast.Name("result", ast.Store())], node.value)
        return [named, ast.Return(ast.Name("result", ast.Load()))]

    def visit_For(self, node: ast.For) -> ast.stmt:
        self.generic_visit(node)
        if not isinstance(node.iter, ast.Name):
            return node
        found = ast.Subscript(node.iter, ast.Name("index", ast.Load()), ast.Load())
        taken = ast.Assign([cast(ast.expr, node.target)], found)
        length = ast.Call(ast.Name("len", ast.Load()), [node.iter], [])
        span = ast.Call(ast.Name("range", ast.Load()), [length], [])
        index = ast.Name("index", ast.Store())
        return ast.For(index, span, [taken, *node.body], node.orelse)
