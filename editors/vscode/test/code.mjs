// What Python's own syntax tree says of two texts, for checks of what was written.
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";

const COMPARE = `
import ast, json, sys
def bare(text):
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node):
            del node.body[0]
    return ast.dump(tree)
before, after = json.load(sys.stdin)
functions = [n for n in ast.walk(ast.parse(after)) if isinstance(n, ast.FunctionDef)]
print(bare(before) == bare(after), all(map(ast.get_docstring, functions)))
`;

/** Tells whether two texts are the same code, and whether every function of the second is documented. */
export function compare(command, before, after) {
  const python = join(dirname(command), "python");
  const input = JSON.stringify([before, after]);
  const said = execFileSync(python, ["-c", COMPARE], { encoding: "utf-8", input });
  const [isSameCode, isDocumented] = said.trim().split(" ").map((word) => word === "True");
  return { isSameCode, isDocumented };
}
