// The processes of batdoc that run now, found by their command lines.
import { execFileSync } from "node:child_process";

/** Those that hold a model. */
export function engines() {
  return found((line) => line.includes("batdoc.lsp_server.engine"));
}

/** The language servers that were started by a command. */
export function servers(command) {
  return found((line) => line.includes(command) && line.trimEnd().endsWith(" lsp"));
}

function found(isWanted) {
  const list = execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf-8" });
  return list
    .split("\n")
    .filter(isWanted)
    .map((line) => Number.parseInt(line, 10));
}
