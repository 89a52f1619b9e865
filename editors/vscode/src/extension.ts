// What the editor calls: commands in, requests to the server out. The server decides everything.
import * as vscode from "vscode";
import { DEFAULT_MODEL, Server } from "./server";
import { Status } from "./status";

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const output = vscode.window.createOutputChannel("batdoc", { log: true });
  const status = new Status();
  const server = new Server(output, status);
  const commands: Record<string, () => unknown> = {
    generateDocstring: () => applyAction("refactor.rewrite.docstring"),
    writeBody: () => applyAction("refactor.rewrite.body"),
    documentThisFile: () => documentThisFile(),
    togglePause: () => status.togglePause(),
    setModel: () => setModel(),
    restart: () => server.restart(),
    showOutput: () => output.show(),
    showMenu: () => showMenu(),
  };
  for (const [name, run] of Object.entries(commands)) {
    context.subscriptions.push(vscode.commands.registerCommand(`batdoc.${name}`, run));
  }
  context.subscriptions.push(
    output,
    status,
    { dispose: () => server.stop() },
    vscode.workspace.onDidChangeConfiguration((change) =>
      change.affectsConfiguration("batdoc.command") ? server.restart() : undefined,
    ),
    vscode.workspace.onDidGrantWorkspaceTrust(() => server.restart()),
  );
  await server.start();
}

/** Applies the one action of a kind that the server offers at the cursor. */
async function applyAction(kind: string): Promise<void> {
  await vscode.commands.executeCommand("editor.action.codeAction", { kind, apply: "first" });
}

/** The server's own command wants to know which file. */
async function documentThisFile(): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (document) {
    const uri = document.uri.toString();
    await vscode.commands.executeCommand("batdoc.documentFile", uri);
  }
}

async function setModel(): Promise<void> {
  const usual = { label: "Default", description: DEFAULT_MODEL };
  const file = { label: "A GGUF file…" };
  const chosen = await vscode.window.showQuickPick([usual, file], {
    title: "batdoc: which model?",
  });
  if (!chosen) {
    return;
  }
  let path = "";
  if (chosen === file) {
    const picked = await vscode.window.showOpenDialog({ filters: { Models: ["gguf"] } });
    if (!picked?.[0]) {
      return;
    }
    path = picked[0].fsPath;
  }
  const settings = vscode.workspace.getConfiguration("batdoc");
  await settings.update("model", path, vscode.ConfigurationTarget.Global);
}

async function showMenu(): Promise<void> {
  const entries = [
    { label: "$(debug-pause) Pause or resume suggestions", command: "batdoc.togglePause" },
    { label: "$(chip) Choose model", command: "batdoc.setModel" },
    { label: "$(refresh) Restart server", command: "batdoc.restart" },
    { label: "$(output) Show output", command: "batdoc.showOutput" },
  ];
  const chosen = await vscode.window.showQuickPick(entries, { title: "batdoc" });
  if (chosen) {
    await vscode.commands.executeCommand(chosen.command);
  }
}
