// A folder that is not trusted and wants to choose what runs, in an editor that has no server yet.
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Editor } from "./editor.mjs";
import { servers } from "./processes.mjs";
import { check, expect, photographer } from "./report.mjs";

/** Makes a folder whose own settings name a program that leaves a mark when it runs. */
function makeHostile(root) {
  const workspace = join(root, "clone");
  const [program, mark] = [join(workspace, "batdoc"), join(root, "it-ran")];
  mkdirSync(join(workspace, ".vscode"), { recursive: true });
  writeFileSync(program, `#!/bin/sh\ntouch '${mark}'\n`);
  chmodSync(program, 0o755);
  const settings = JSON.stringify({ "batdoc.command": program });
  writeFileSync(join(workspace, ".vscode", "settings.json"), settings);
  writeFileSync(join(workspace, "shop.py"), "def add(left, right):\n    return left + right\n");
  return { workspace, mark };
}

export async function checkInstalling(root, vsix, settings, command, pictures) {
  const { workspace, mark } = makeHostile(root);
  const home = join(root, "home");
  const [pipx, onPath] = [join(home, ".local", "bin"), join(home, "bin")];
  mkdirSync(pipx, { recursive: true });
  mkdirSync(onPath);
  // VS Code asks a login shell for PATH.
  writeFileSync(join(home, ".bash_profile"), `PATH='${onPath}':/usr/bin:/bin\n`);
  const env = { HOME: home, SHELL: "/bin/bash" };
  const silent = { ...settings, "security.workspace.trust.startupPrompt": "never" };
  const editor = await Editor.start(root, workspace, vsix, silent, { env, isUntrusted: true });
  const picture = photographer(editor, pictures);
  const isRunning = async (path) => servers(path).length === 1;
  try {
    await check("no server is found: one message says what to do and opens the guide", async () => {
      await editor.open("shop.py", 1);
      await editor.page.getByText("pipx install batdoc").first().waitFor();
      expect((await editor.page.locator(".notification-toast").count()) === 1, "several messages");
      await editor.page.getByRole("button", { name: "How to Install" }).click();
      await editor.page.getByText("Install the server").first().waitFor();
      await editor.page.keyboard.press("Control+b");
      await editor.page.waitForTimeout(1000);
      await picture("vscode-walkthrough");
    });
    await check("it is found on PATH", async () => {
      symlinkSync(command, join(onPath, "batdoc"));
      await editor.command("batdoc: Restart Server");
      await editor.until("a server", () => isRunning(join(onPath, "batdoc")));
    });
    await check("pipx comes before PATH", async () => {
      symlinkSync(command, join(pipx, "batdoc"));
      await editor.command("batdoc: Restart Server");
      await editor.until("a server", () => isRunning(join(pipx, "batdoc")));
    });
    await check("a folder that is not trusted chose nothing", async () => {
      expect(!existsSync(mark), "the folder's own program was run");
    });
  } catch (error) {
    await editor.keepPicture();
    throw error;
  } finally {
    await editor.stop();
  }
}
