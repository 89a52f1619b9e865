// The item in the status bar: whether the server runs, is busy or is paused, and with which model.
import * as vscode from "vscode";

export type State = "starting" | "ready" | "failed";

export class Status implements vscode.Disposable {
  private readonly item: vscode.StatusBarItem;
  private state: State = "starting";
  private detail = "";
  private running = 0;
  private paused = false;

  constructor() {
    this.item = vscode.window.createStatusBarItem("batdoc", vscode.StatusBarAlignment.Right, 90);
    this.item.name = "batdoc";
    this.item.command = "batdoc.showMenu";
    this.show();
    this.item.show();
  }

  set(state: State, detail: string): void {
    this.state = state;
    this.detail = detail;
    this.show();
  }

  get isPaused(): boolean {
    return this.paused;
  }

  togglePause(): void {
    this.paused = !this.paused;
    this.show();
  }

  /** Shows that the model works for as long as `work` takes. */
  async during<T>(work: Thenable<T> | T): Promise<T> {
    this.running += 1;
    this.show();
    try {
      return await work;
    } finally {
      this.running -= 1;
      this.show();
    }
  }

  dispose(): void {
    this.item.dispose();
  }

  private show(): void {
    this.item.text = `$(${this.icon()}) batdoc`;
    this.item.tooltip = [this.summary(), this.detail].filter(Boolean).join("\n");
    this.item.backgroundColor =
      this.state === "failed" ? new vscode.ThemeColor("statusBarItem.errorBackground") : undefined;
  }

  private icon(): string {
    if (this.state === "failed") {
      return "error";
    }
    if (this.state === "starting" || this.running > 0) {
      return "loading~spin";
    }
    return this.paused ? "debug-pause" : "book";
  }

  private summary(): string {
    if (this.state !== "ready") {
      return this.state === "failed" ? "batdoc is not running" : "batdoc is starting";
    }
    if (this.running > 0) {
      return "batdoc is writing";
    }
    return this.paused ? "batdoc: suggestions are paused" : "batdoc is ready";
  }
}
