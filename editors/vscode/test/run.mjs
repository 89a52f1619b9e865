// `make test-vscode`: what a user does, done in real VS Code with the real server and model.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { checkInstalling } from "./installing.mjs";
import { summary } from "./report.mjs";
import { checkWriting } from "./writing.mjs";

const VSIX = join(dirname(fileURLToPath(import.meta.url)), "..", "batdoc.vsix");
const COMMAND = resolve(process.argv[2] ?? "batdoc");
const PICTURES = process.argv[3];
const SETTINGS = {
  "workbench.startupEditor": "none",
  "workbench.colorTheme": "Default Light Modern",
  "window.commandCenter": false,
  "editor.minimap.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "files.autoSave": "off",
  "telemetry.telemetryLevel": "off",
};

const root = mkdtempSync(join(tmpdir(), "batdoc-vscode-"));
try {
  for (const checks of [checkInstalling, checkWriting]) {
    const place = join(root, checks.name);
    mkdirSync(place);
    await checks(place, VSIX, SETTINGS, COMMAND, PICTURES);
  }
  console.log(`${summary()}, 0 failed`);
} catch (error) {
  console.log(`${summary()}, 1 failed: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(root, { recursive: true, force: true });
}
