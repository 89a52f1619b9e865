// The language server's life: started, told its settings, restarted, stopped.
import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  LanguageClientOptions,
  RevealOutputChannelOn,
  ServerOptions,
  State,
} from "vscode-languageclient/node";
import { locate } from "./locate";
import { Status } from "./status";

export const LANGUAGES = [
  "c",
  "cpp",
  "csharp",
  "go",
  "java",
  "javascript",
  "javascriptreact",
  "lua",
  "php",
  "python",
  "ruby",
  "rust",
  "typescript",
  "typescriptreact",
];
const MOST_RESTARTS = 3;
const GUIDE = "How to Install";

export class Server {
  private client: LanguageClient | undefined;
  private restarts = 0;

  constructor(
    private readonly output: vscode.LogOutputChannel,
    private readonly status: Status,
  ) {}

  async start(): Promise<void> {
    this.status.set("starting", "");
    const found = await locate();
    if (typeof found === "string") {
      await this.fail(found);
      return;
    }
    this.output.info(`starting ${found.path}, found by ${found.origin}`);
    this.client = this.make(found.path);
    this.client.onDidChangeState((change) => this.follow(change.newState, found.path));
    try {
      await this.client.start();
    } catch (error) {
      await this.fail(`batdoc could not be started: ${String(error)}; see its output.`);
    }
  }

  async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    await client?.dispose();
  }

  async restart(): Promise<void> {
    this.restarts = 0;
    await this.stop();
    await this.start();
  }

  private make(path: string): LanguageClient {
    const options: ServerOptions = { command: path, args: ["lsp"] };
    const client: LanguageClientOptions = {
      documentSelector: LANGUAGES.map((language) => ({ language })),
      initializationOptions: vscode.workspace.getConfiguration("batdoc"),
      synchronize: { configurationSection: "batdoc" },
      outputChannel: this.output,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => this.closed(),
      },
      middleware: {
        resolveCodeAction: (action, token, next) =>
          this.status.during(Promise.resolve(next(action, token))),
        provideInlineCompletionItems: async (document, position, context, token, next) => {
          const wanted = vscode.workspace.getConfiguration("batdoc").get("suggestBodies", true);
          const isAsked =
            context.triggerKind === vscode.InlineCompletionTriggerKind.Invoke || wanted;
          if (this.status.isPaused || !isAsked) {
            return [];
          }
          const answer = next(document, position, context, token);
          return this.status.during(Promise.resolve(answer));
        },
        provideCompletionItem: () => [], // the same text comes as ghost text
      },
    };
    return new LanguageClient("batdoc", "batdoc", options, client);
  }

  private follow(state: State, path: string): void {
    if (state === State.Running) {
      const told: unknown = this.client?.initializeResult?.serverInfo?.version;
      this.status.set("ready", `${typeof told === "string" ? `version ${told}, ` : ""}${path}`);
    }
    void vscode.commands.executeCommand("setContext", "batdoc.isRunning", state === State.Running);
  }

  /** Starts the server again after a crash, a few times. */
  private closed(): { action: CloseAction; handled: boolean } {
    this.restarts += 1;
    if (this.restarts <= MOST_RESTARTS) {
      this.output.warn("the server ended; it is started again");
      return { action: CloseAction.Restart, handled: true };
    }
    void this.fail("batdoc's server ended several times in a row; run `batdoc doctor` in a terminal.");
    return { action: CloseAction.DoNotRestart, handled: true };
  }

  /** Says once what is wrong and what to do. */
  private async fail(message: string): Promise<void> {
    this.output.error(message);
    this.status.set("failed", message);
    const chosen = await vscode.window.showErrorMessage(message, GUIDE, "Open Settings");
    if (chosen === GUIDE) {
      await vscode.commands.executeCommand(
        "workbench.action.openWalkthrough",
        "batdoc.batdoc#start",
      );
    } else if (chosen) {
      await vscode.commands.executeCommand("workbench.action.openSettings", "batdoc.");
    }
  }
}
