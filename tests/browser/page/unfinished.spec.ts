// The page before all engines are compiled, as `cargo xtask serve` shows it first.

import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppPage, QUICK } from "../support/app-page.ts";
import { expect } from "../support/fixtures.ts";
import { test } from "../support/own-site.ts";
import { SITE } from "../support/site-server.ts";

test("with its first engine alone the page says so, predicts, and explains once the engine for that is there", async ({
  page,
  server,
}) => {
  const folder = mkdtempSync(join(tmpdir(), "regulens-first-"));
  const bring = (...names: string[]): void => {
    for (const name of names)
      cpSync(join(SITE, "regulens/wasm", name), join(folder, "regulens/wasm", name), { recursive: true });
  };
  try {
    const build = [join(SITE, "../build.mjs"), "--waiting", "explanations", "--out", folder];
    const built = spawnSync(process.execPath, build, { encoding: "utf8" });
    expect(built.status, built.stderr).toBe(0);
    bring("cpu", "cpu-relaxed");
    server.folder = folder;
    server.held = /^regulens\/wasm\/full/;
    const app = await new AppPage(page).open(QUICK);
    await expect(page.getByText("Still being compiled")).toBeVisible();
    await app.tryExample();
    await expect(app.grid).toHaveAttribute("aria-rowcount", "401", { timeout: 120_000 });
    await expect.poll(() => server.asked.some((path) => path.startsWith("regulens/wasm/full"))).toBe(true);
    const contributions = page.getByRole("img", { name: /^Contributions along/ });
    await expect(contributions).toHaveCount(0);
    await expect(app.alert()).toHaveCount(0);
    bring("full", "full-relaxed");
    server.release();
    await expect(contributions).toBeVisible({ timeout: 120_000 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
