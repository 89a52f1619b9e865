// `make test-vscode`: what a user does, done in real VS Code with the real server and model.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Editor } from "./editor.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const COMMAND = resolve(process.argv[2] ?? "batdoc");
const PICTURES = process.argv[3];
const SHOP = `"""A shop."""


class Basket:
    """What a customer wants to buy."""

    def __init__(self, items):
        self.items = list(items)

    def read_names(self, path):
        with open(path) as file:
            return [line.strip() for line in file]


def add(left, right):
    """Add two numbers.

    Args:
        left: The first.
        right: The second.
        unit: Of both.

    Returns:
        Their sum.
    """
    return left + right


def get_name(item):
    """Return the name of the item."""
    
`;

const root = mkdtempSync(join(tmpdir(), "batdoc-vscode-"));
const workspace = join(root, "shop");
mkdirSync(workspace);
const file = join(workspace, "shop.py");
writeFileSync(file, SHOP);
const settings = {
  "batdoc.command": COMMAND,
  "workbench.startupEditor": "none",
  "workbench.colorTheme": "Default Light Modern",
  "window.commandCenter": false,
  "editor.minimap.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "files.autoSave": "off",
};
const text = () => readFileSync(file, "utf-8");
const passed = [];
let editor;

async function check(name, act) {
  const begun = Date.now();
  await act();
  const seconds = ((Date.now() - begun) / 1000).toFixed(1);
  passed.push(name);
  console.log(`ok  ${name}  ${seconds} s`);
}

async function picture(name) {
  if (PICTURES) {
    mkdirSync(PICTURES, { recursive: true });
    await editor.page.screenshot({ path: join(PICTURES, `${name}.png`) });
  }
}

/** The process that holds the model, found by its command line. */
function engines() {
  const list = execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf-8" });
  return list
    .split("\n")
    .filter((line) => line.includes("batdoc.lsp_server.engine"))
    .map((line) => Number.parseInt(line, 10));
}

function servers() {
  const list = execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf-8" });
  return list
    .split("\n")
    .filter((line) => line.includes(COMMAND) && line.trimEnd().endsWith(" lsp"))
    .map((line) => Number.parseInt(line, 10));
}

async function generateDocstring(line, column) {
  await editor.goTo(line, column);
  const entry = editor.page.locator(".action-widget", { hasText: "Generate docstring" });
  // Until the server has answered once, the editor says that there are no actions.
  await editor.until("the action", async () => {
    await editor.page.keyboard.press("Escape");
    await editor.page.keyboard.press("Control+.");
    await editor.page.waitForTimeout(1500);
    return entry.isVisible();
  });
  await picture("vscode-code-action");
  await editor.page.getByText("Generate docstring").click();
}

try {
  editor = await Editor.start(root, workspace, join(HERE, "..", "batdoc.vsix"), settings);
  await check("the extension starts the server", async () => {
    await editor.open("shop.py", 10, 9);
    await editor.until("a server", async () => servers().length === 1);
    await editor.until("the status bar", async () => (await editor.status()).includes("batdoc"));
  });
  await check("a docstring that lies is underlined, and the problem says how", async () => {
    await editor.command("Problems: Focus on Problems View");
    await editor.page.getByText('there is no parameter "unit"').first().waitFor();
    await picture("vscode-problem");
    await editor.page.keyboard.press("Control+j");
    await editor.goTo(10, 9);
  });
  await check("a code action writes a docstring, and nothing else changes", async () => {
    await generateDocstring(10, 9);
    await editor.until("a docstring", async () => {
      await editor.save();
      return text() !== SHOP;
    });
    await picture("vscode-docstring");
    const lines = text().split("\n");
    const begin = lines.indexOf("    def read_names(self, path):") + 1;
    const end = lines.indexOf("        with open(path) as file:");
    if (!lines[begin].startsWith('        """') || end <= begin) {
      throw new Error(`no docstring where it belongs:\n${text()}`);
    }
    if ([...lines.slice(0, begin), ...lines.slice(end)].join("\n") !== SHOP) {
      throw new Error(`more than documentation changed:\n${text()}`);
    }
  });
  await check("one undo takes the docstring back", async () => {
    await editor.page.keyboard.press("Control+z");
    await editor.save();
    if (text() !== SHOP) {
      throw new Error(`undo did not give the file back:\n${text()}`);
    }
  });
  await check("a whole file is documented, and one undo takes it back", async () => {
    await editor.command("batdoc: Document This File");
    await editor.until("docstrings", async () => {
      await editor.save();
      return text() !== SHOP;
    });
    await editor.page.keyboard.press("Control+z");
    await editor.save();
    if (text() !== SHOP) {
      throw new Error(`undo did not give the file back:\n${text()}`);
    }
  });
  await check("ghost text shows the body, and Tab accepts it", async () => {
    const last = SHOP.split("\n").length - 1;
    await editor.goTo(last, 5);
    await editor.command("Trigger Inline Suggestion");
    await editor.page.locator("[class*='ghost-text']").first().waitFor({ timeout: 20_000 });
    await picture("vscode-ghost-text");
    await editor.page.keyboard.press("Tab");
    await editor.save();
    const body = text().slice(SHOP.length - 1).trim();
    if (!text().startsWith(SHOP.trimEnd()) || !body) {
      throw new Error(`the body was not put in:\n${text()}`);
    }
  });
  await check("the engine is killed, and the next request starts another", async () => {
    const [before] = engines();
    process.kill(before, "SIGKILL");
    const was = text();
    await generateDocstring(10, 9);
    await editor.until("a docstring", async () => {
      await editor.save();
      return text() !== was;
    });
    if (engines().includes(before)) {
      throw new Error("the engine that was killed is still there");
    }
  });
  await check("the server is killed, and VS Code starts another", async () => {
    const [before] = servers();
    process.kill(before, "SIGKILL");
    await editor.until("another server", async () => servers().some((pid) => pid !== before));
  });
  console.log(`${passed.length} passed, 0 failed`);
} catch (error) {
  await editor?.page?.screenshot({ path: join(tmpdir(), "batdoc-vscode-failed.png") });
  console.log(`${passed.length} passed, 1 failed: ${error.message}`);
  process.exitCode = 1;
} finally {
  await editor?.stop();
  rmSync(root, { recursive: true, force: true });
}
