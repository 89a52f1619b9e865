// Documentation and bodies, asked for as a user does, written by the real server and model.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compare } from "./code.mjs";
import { Editor } from "./editor.mjs";
import { engines, servers } from "./processes.mjs";
import { check, expect, photographer } from "./report.mjs";

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

// The first file of the workspace, done before the others begin.
const BASKET = `def weigh(basket):
    return sum(item.weight for item in basket)


def count(basket):
    return len(basket)
`;

// Enough functions to keep the model busy until a person has found the button.
const MANY = Array.from(
  { length: 600 },
  (_, i) => `def item_${i}(basket, price):\n    return basket.add(price, ${i})\n`,
).join("\n\n");

export async function checkWriting(root, vsix, settings, command, pictures) {
  const workspace = join(root, "shop");
  const file = join(workspace, "shop.py");
  const many = join(workspace, "many.py");
  const basket = join(workspace, "basket.py");
  mkdirSync(workspace);
  writeFileSync(file, SHOP);
  writeFileSync(many, MANY);
  writeFileSync(basket, BASKET);
  const editor = await Editor.start(root, workspace, vsix, { ...settings, "batdoc.command": command });
  try {
    await checkAll(editor, { file, many, basket, command, picture: photographer(editor, pictures) });
  } catch (error) {
    await editor.keepPicture();
    throw error;
  } finally {
    await editor.stop();
  }
}

async function checkAll(editor, { file, many, basket, command, picture }) {
  const text = () => readFileSync(file, "utf-8");
  const saved = async () => {
    await editor.save();
    return text();
  };
  const undone = async () => {
    await editor.page.keyboard.press("Control+z");
    expect((await saved()) === SHOP, `undo did not give the file back:\n${text()}`);
  };

  await check("the extension starts the server, and the status bar names the model", async () => {
    await editor.open("shop.py", 10, 9);
    await editor.until("a server", async () => servers(command).length === 1);
    await editor.until("the status bar", async () => (await editor.status()).includes("Model:"));
  });
  await check("a docstring that lies is underlined, and the problem says how", async () => {
    await editor.command("Problems: Focus on Problems View");
    await editor.page.getByText('there is no parameter "unit"').first().waitFor();
    await picture("vscode-problem");
    await editor.page.keyboard.press("Control+j");
  });
  await check("the quick fix takes the lie out, and every other word stays", async () => {
    await editor.goTo(18, 9);
    await editor.choose("Update docstring");
    await editor.until("the fix", async () => (await saved()) !== SHOP);
    expect(text() === SHOP.replace("        unit: Of both.\n", ""), `more changed:\n${text()}`);
    await undone();
  });
  await check("a code action writes a docstring, and nothing else changes", async () => {
    await editor.goTo(10, 9);
    await editor.choose("Generate docstring", () => picture("vscode-code-action"));
    await editor.until("a docstring", async () => (await saved()) !== SHOP);
    await picture("vscode-docstring");
    const lines = text().split("\n");
    const begin = lines.indexOf("    def read_names(self, path):") + 1;
    const end = lines.indexOf("        with open(path) as file:");
    const isThere = lines[begin].startsWith('        """') && end > begin;
    expect(isThere, `no docstring where it belongs:\n${text()}`);
    const rest = [...lines.slice(0, begin), ...lines.slice(end)].join("\n");
    expect(rest === SHOP, `more than documentation changed:\n${text()}`);
  });
  await check("the hover tells how sure the model was", async () => {
    await editor.goTo(10, 12);
    const told = editor.page.getByText(/written by the model, confidence \d\.\d\d/).first();
    await editor.until("the hover", async () => {
      await editor.page.keyboard.press("Control+k");
      await editor.page.keyboard.press("Control+i");
      await editor.page.waitForTimeout(1000);
      return told.isVisible();
    });
    await picture("vscode-confidence");
    await editor.page.keyboard.press("Escape");
  });
  await check("one undo takes the docstring back", undone);
  await check("a whole file is documented and counted, and one undo takes it back", async () => {
    await editor.command("batdoc: Document This File");
    await editor.page.getByText(/batdoc: [1-9]\d* documented, \d+ left/).waitFor();
    expect((await saved()) !== SHOP, "nothing was written");
    await undone();
  });
  await check("suggestions are paused, the status bar says so, and they go on", async () => {
    const isPaused = async () => (await editor.status()).includes("paused");
    await editor.command("batdoc: Pause or Resume Suggestions");
    await editor.until("the pause", isPaused);
    await editor.command("batdoc: Pause or Resume Suggestions");
    await editor.until("the end of it", async () => !(await isPaused()));
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
    expect(text().startsWith(SHOP.trimEnd()) && body, `the body was not put in:\n${text()}`);
  });
  await check("a whole file is cancelled: nothing changed, no error, the server lives", async () => {
    const [before] = servers(command);
    await editor.open("many.py", 1);
    await editor.command("batdoc: Document This File");
    const shown = editor.page.locator(".notification-toast", { hasText: "Documenting the file" });
    await shown.getByText(/item_\d+/).waitFor();
    await editor.until("the status bar", async () => (await editor.status()).includes("writing"));
    await picture("vscode-cancel");
    await shown.getByRole("button", { name: "Cancel" }).click();
    const pressed = Date.now();
    await shown.waitFor({ state: "detached", timeout: 3_000 });
    console.log(`    gone ${Date.now() - pressed} ms after the click`);
    await editor.until("rest", async () => !(await editor.status()).includes("writing"), 3_000);
    await editor.save();
    expect(readFileSync(many, "utf-8") === MANY, "the file changed");
    const windows = editor.page.locator(".notification-toast, .monaco-dialog-box");
    expect((await windows.count()) === 0, "a window is left");
    expect(servers(command).includes(before), "the server ended");
    await editor.page.locator(".view-lines").first().click(); // the button had the keys
    await editor.open("shop.py", 10, 9);
    const was = text();
    await editor.choose("Generate docstring");
    await editor.until("a docstring", async () => (await saved()) !== was);
    await editor.page.keyboard.press("Control+z");
    expect((await saved()) === was, "undo did not give the file back");
  });
  await check("a workspace is cancelled: each file is as it was, or done", async () => {
    const was = text();
    await editor.command("batdoc: Document Workspace");
    const shown = editor.page.locator(".notification-toast", { hasText: "Documenting the workspace" });
    await shown.getByText(/item_\d+/).waitFor({ timeout: 60_000 });
    await shown.getByRole("button", { name: "Cancel" }).click();
    await shown.waitFor({ state: "detached", timeout: 3_000 });
    await editor.until("rest", async () => !(await editor.status()).includes("writing"), 3_000);
    await editor.page.locator(".view-lines").first().click(); // the button had the keys
    await editor.command("File: Save All");
    await editor.page.waitForTimeout(1000);
    expect(readFileSync(many, "utf-8") === MANY, "the file that was being worked on changed");
    expect(text() === was, "a file that was not reached changed");
    const { isSameCode, isDocumented } = compare(command, BASKET, readFileSync(basket, "utf-8"));
    expect(isSameCode, "the file that was done has other code");
    expect(isDocumented, "the file that was done is documented in part");
  });
  await check("the engine is killed, and the next request starts another", async () => {
    await editor.open("shop.py", 10, 9);
    const [before] = engines();
    process.kill(before, "SIGKILL");
    const was = text();
    await editor.choose("Generate docstring");
    await editor.until("a docstring", async () => (await saved()) !== was);
    expect(!engines().includes(before), "the engine that was killed is still there");
  });
  await check("the server is killed, and VS Code starts another", async () => {
    const [before] = servers(command);
    process.kill(before, "SIGKILL");
    await editor.until("another server", async () => servers(command).some((pid) => pid !== before));
  });
}
