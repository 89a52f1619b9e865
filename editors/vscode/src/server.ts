// The language server's life: started, told its settings, restarted, stopped.
import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  ExecuteCommandRequest,
  LanguageClient,
  LanguageClientOptions,
  RevealOutputChannelOn,
  ServerOptions,
  State,
  WorkDoneProgressCancelNotification,
} from "vscode-languageclient/node";
import { locate } from "./locate";
import { Progress } from "./progress";
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
const STATUS = "batdoc.status";
const SHOWN_FOR = 8_000; // milliseconds
/** What is used while no model is set. */
export const DEFAULT_MODEL = "the one trained for this repository, else the one that batdoc ships";

export class Server {
  private client: LanguageClient | undefined;
  private restarts = 0;
  private readonly progress = new Progress((token) => {
    void this.client?.sendNotification(WorkDoneProgressCancelNotification.type, { token });
  });

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
    const client = this.make(found.path);
    this.client = client;
    client.onDidChangeState((change) => this.follow(change.newState));
    try {
      await client.start();
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
        executeCommand: (command, sent, next) => this.execute(() => next(command, sent)),
        handleWorkDoneProgress: (token, message, next) => {
          this.progress.follow(token, message);
          if (message.kind === "end") {
            next(token, message); // the client forgets it; it showed nothing
          }
        },
        workspace: {
          didChangeConfiguration: async (sections, next) => {
            await next(sections);
            await this.showModel();
          },
        },
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

  /** Runs a command of the server's; VS Code would show a dialog for one that was cancelled. */
  private async execute(run: () => unknown): Promise<unknown> {
    try {
      const answer = await this.status.during(Promise.resolve(run()));
      tellTally(answer);
      return answer;
    } catch {
      return undefined; // the client has told what the user does not know
    }
  }

  private follow(state: State): void {
    if (state === State.Running) {
      this.status.set("ready", "");
      void this.showModel();
    }
    if (state === State.Stopped) {
      this.progress.clear();
    }
    void vscode.commands.executeCommand("setContext", "batdoc.isRunning", state === State.Running);
  }

  /** Shows which model the server uses: it may have refused the one that is set. */
  private async showModel(): Promise<void> {
    const client = this.client;
    try {
      const told = await client?.sendRequest(ExecuteCommandRequest.type, { command: STATUS });
      if (client?.isRunning()) {
        this.status.set("ready", `Model: ${modelOf(told) ?? DEFAULT_MODEL}`);
      }
    } catch {
      this.output.warn("the server did not say which model it uses");
    }
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

function modelOf(status: unknown): string | undefined {
  const model: unknown = isObject(status) ? status["model"] : undefined;
  return typeof model === "string" ? model : undefined;
}

/** Says how much was documented, where a command tells it; without a window that must be closed. */
function tellTally(answer: unknown): void {
  if (isObject(answer) && typeof answer["written"] === "number") {
    const counts = `${answer["written"]} documented, ${String(answer["left"])} left as they are`;
    vscode.window.setStatusBarMessage(`batdoc: ${counts}`, SHOWN_FOR);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
