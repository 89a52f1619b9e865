// What the server works on for longer than a moment, shown with a button that cancels it.
import * as vscode from "vscode";
import {
  ProgressToken,
  WorkDoneProgressBegin,
  WorkDoneProgressEnd,
  WorkDoneProgressReport,
} from "vscode-languageclient/node";

type Message = WorkDoneProgressBegin | WorkDoneProgressReport | WorkDoneProgressEnd;
const MOMENT = 1_000; // milliseconds in which nothing is shown

/** Each piece of work that goes on, from its first message to its last. */
export class Progress {
  private readonly going = new Map<ProgressToken, Work>();

  /** @param cancel tells the server that the button of a piece of work was pressed. */
  constructor(private readonly cancel: (token: ProgressToken) => void) {}

  follow(token: ProgressToken, message: Message): void {
    if (message.kind === "begin") {
      this.going.set(token, new Work(message, () => this.cancel(token)));
    } else if (message.kind === "report") {
      this.going.get(token)?.tell(message);
    } else {
      this.going.get(token)?.end();
      this.going.delete(token);
    }
  }

  /** Takes everything away, as after the server's end. */
  clear(): void {
    for (const work of this.going.values()) {
      work.end();
    }
    this.going.clear();
  }
}

class Work {
  private readonly timer: NodeJS.Timeout;
  private window: vscode.Progress<{ message?: string; increment?: number }> | undefined;
  private done: () => void = () => undefined;
  private percentage = 0;

  constructor(
    private readonly begin: WorkDoneProgressBegin,
    private readonly cancel: () => void,
  ) {
    this.timer = setTimeout(() => this.show(), MOMENT);
  }

  tell(report: WorkDoneProgressReport): void {
    if (this.window) {
      const reached = Math.max(report.percentage ?? 0, this.percentage);
      const increment = reached - this.percentage;
      this.percentage = reached;
      this.window.report({ ...(report.message && { message: report.message }), increment });
    }
  }

  end(): void {
    clearTimeout(this.timer);
    this.done();
  }

  private show(): void {
    const { title, cancellable } = this.begin;
    const location = vscode.ProgressLocation.Notification;
    const options = { location, title, cancellable: cancellable ?? false };
    void vscode.window.withProgress(options, (window, token) => {
      this.window = window;
      token.onCancellationRequested(this.cancel);
      return new Promise<void>((resolve) => {
        this.done = resolve;
      });
    });
  }
}
