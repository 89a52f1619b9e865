// Real VS Code, as a person sees it: started, driven by keys, looked at.
import { spawn, spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const CODE_SERVER = require.resolve("code-server/out/node/entry.js");
// code-server wants a Node of its own, which npm installs beside it.
const NODE = require.resolve("node/bin/node");
const PORT = 8765;
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

export class Editor {
  /** Starts VS Code on a folder; with `options.env` in the environment, and trusting the folder. */
  static async start(root, workspace, vsix, settings, options = {}) {
    const user = join(root, "user");
    // Settings of the machine, such as paths, are not read from the user's file here.
    for (const kind of ["User", "Machine"]) {
      mkdirSync(join(user, kind), { recursive: true });
      writeFileSync(join(user, kind, "settings.json"), JSON.stringify(settings));
    }
    const folders = ["--user-data-dir", user, "--extensions-dir", join(root, "extensions")];
    const installed = spawnSync(NODE, [CODE_SERVER, ...folders, "--install-extension", vsix], {
      encoding: "utf-8",
    });
    if (installed.status !== 0) {
      throw new Error(`the extension could not be installed: ${installed.stderr}`);
    }
    const editor = new Editor();
    const quiet = ["--auth", "none", "--disable-telemetry", "--disable-update-check"];
    const local = ["--bind-addr", `127.0.0.1:${PORT}`];
    const trust = options.isUntrusted ? [] : ["--disable-workspace-trust"];
    editor.server = spawn(NODE, [CODE_SERVER, ...folders, ...quiet, ...local, ...trust], {
      stdio: "pipe",
      env: { ...process.env, ...options.env },
    });
    await listening(editor.server);
    editor.browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
    });
    const view = { width: 1100, height: 700 };
    editor.page = await editor.browser.newPage({ viewport: view });
    await editor.page.goto(`http://127.0.0.1:${PORT}/?folder=${workspace}`);
    await editor.page.waitForSelector(".monaco-workbench", { timeout: 60_000 });
    return editor;
  }

  async stop() {
    await this.browser?.close();
    if (this.server?.exitCode === null) {
      const ended = new Promise((resolve) => this.server.once("close", resolve));
      this.server.kill();
      await ended;
    }
  }

  async open(name, line, column = 1) {
    await this.page.keyboard.press("Control+p");
    await this.page.waitForSelector(".quick-input-widget:not([style*='none'])");
    await this.page.keyboard.type(name, { delay: 20 });
    await this.page.waitForSelector(`.quick-input-list [aria-label*="${name}"]`);
    await this.page.keyboard.press("Enter");
    await this.page.waitForSelector(`.tab.active[aria-label*="${name}"]`);
    await this.goTo(line, column);
  }

  async goTo(line, column = 1) {
    await this.page.keyboard.press("Control+g");
    await this.page.waitForSelector(".quick-input-widget:not([style*='none'])");
    await this.page.keyboard.type(`${line}:${column}`, { delay: 20 });
    await this.page.waitForTimeout(300);
    await this.page.keyboard.press("Enter");
    await this.page.waitForTimeout(300);
  }

  async command(title) {
    const entry = this.page.locator(`.quick-input-list [aria-label*="${title}"]`).first();
    // What VS Code does by itself at that moment can take the focus away and close the list.
    await this.until(`the command ${title}`, async () => {
      await this.page.keyboard.press("Escape");
      await this.page.keyboard.press("F1");
      await this.page.waitForTimeout(300);
      await this.page.keyboard.type(title, { delay: 20 });
      await this.page.waitForTimeout(300);
      return entry.isVisible();
    });
    await this.page.keyboard.press("Enter");
  }

  /** Takes a code action at the cursor; `look` is called while the list is open. */
  async choose(title, look = async () => {}) {
    const entry = this.page.locator(".action-widget", { hasText: title });
    // Until the server has answered once, the editor says that there are no actions.
    await this.until("the action", async () => {
      await this.page.keyboard.press("Escape");
      await this.page.keyboard.press("Control+.");
      await this.page.waitForTimeout(1500);
      return entry.isVisible();
    });
    await look();
    await entry.getByText(title).first().click();
  }

  async save() {
    await this.page.keyboard.press("Control+s");
    await this.page.waitForTimeout(700);
  }

  async status() {
    const item = this.page.locator("[id='batdoc.batdoc.batdoc']");
    const spoken = await item.locator("a").getAttribute("aria-label");
    return `${await item.textContent()} ${spoken}`;
  }

  /** Keeps what is seen when a check failed. */
  async keepPicture() {
    await this.page.screenshot({ path: join(tmpdir(), "batdoc-vscode-failed.png") });
  }

  async until(what, holds, timeout = 30_000) {
    const end = Date.now() + timeout;
    while (!(await holds())) {
      if (Date.now() > end) {
        throw new Error(`waited in vain: ${what}`);
      }
      await this.page.waitForTimeout(100);
    }
  }
}

function listening(server) {
  return new Promise((resolve, reject) => {
    let said = "";
    const read = (data) => {
      said += data;
      if (said.includes("HTTP server listening")) {
        resolve();
      }
    };
    server.stdout.on("data", read);
    server.stderr.on("data", read);
    server.on("exit", (code) => reject(new Error(`code-server ended with ${code}: ${said}`)));
  });
}
