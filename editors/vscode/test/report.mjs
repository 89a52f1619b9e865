// What was checked, how long each check took, and pictures of it.
import { mkdirSync } from "node:fs";
import { join } from "node:path";

let passed = 0;

export async function check(name, act) {
  const begun = Date.now();
  await act();
  const seconds = ((Date.now() - begun) / 1000).toFixed(1);
  passed += 1;
  console.log(`ok  ${name}  ${seconds} s`);
}

export function summary() {
  return `${passed} passed`;
}

export function expect(holds, complaint) {
  if (!holds) {
    throw new Error(complaint);
  }
}

/** Makes what takes a picture of an editor for a folder, or does nothing without one. */
export function photographer(editor, folder) {
  return async (name) => {
    if (folder) {
      mkdirSync(folder, { recursive: true });
      await editor.page.screenshot({ path: join(folder, `${name}.png`) });
    }
  };
}
