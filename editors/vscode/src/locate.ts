// Finds the batdoc command: the setting, the active Python environment, pipx, PATH; in this order.
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import * as vscode from "vscode";

const NAME = process.platform === "win32" ? "batdoc.exe" : "batdoc";
const SCRIPTS = process.platform === "win32" ? "Scripts" : "bin";

/** What the Python extension tells of an environment; the part of its interface that is used. */
interface PythonExtension {
  environments: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { path: string };
    resolveEnvironment(path: {
      path: string;
    }): Promise<{ executable: { sysPrefix?: string } } | undefined>;
  };
}

export interface Located {
  /** Absolute path of the command. */
  path: string;
  /** Where it was found, in words. */
  origin: string;
}

/** Finds the command, or says in one sentence why the one that is set cannot be used. */
export async function locate(): Promise<Located | string> {
  const set = vscode.workspace.getConfiguration("batdoc").get<string>("command", "").trim();
  if (set) {
    return (await isRunnable(set))
      ? { path: set, origin: "the setting batdoc.command" }
      : `batdoc.command names ${set}, which cannot be run; correct the setting.`;
  }
  for (const candidate of [await inPythonEnvironment(), inPipx(), ...onPath()]) {
    if (candidate && (await isRunnable(candidate.path))) {
      return candidate;
    }
  }
  return "batdoc is not installed where this editor can find it; run `pipx install batdoc`, or set batdoc.command.";
}

async function isRunnable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A folder that is not trusted must not choose what runs, and its environment may lie in it. */
async function inPythonEnvironment(): Promise<Located | undefined> {
  const extension = vscode.extensions.getExtension<PythonExtension>("ms-python.python");
  if (!extension || !vscode.workspace.isTrusted) {
    return undefined;
  }
  const { environments } = await extension.activate();
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const active = environments.getActiveEnvironmentPath(folder);
  const prefix = (await environments.resolveEnvironment(active))?.executable.sysPrefix;
  return prefix
    ? { path: join(prefix, SCRIPTS, NAME), origin: "the active Python environment" }
    : undefined;
}

function inPipx(): Located {
  const folder = process.env["PIPX_BIN_DIR"] ?? join(homedir(), ".local", "bin");
  return { path: join(folder, NAME), origin: "pipx" };
}

function onPath(): Located[] {
  return (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => ({ path: join(folder, NAME), origin: "PATH" }));
}
