// Screenshots of every view, at every width, in light and dark, on one sheet: `cargo xtask views`, or
// `npm run contact-sheet` of a page that is served already. Nothing is asserted; they are for eyes.

import { defineConfig } from "@playwright/test";
import base from "../playwright.config.ts";
import { HEIGHTS, WIDTHS } from "./sheet.ts";

const plain = base.projects?.find(({ name }) => name === "no-webgpu");

export default defineConfig({
  ...base,
  testDir: ".",
  outputDir: "../../results/artifacts",
  reporter: "list",
  fullyParallel: true,
  // Views that a visit does not come to are left out of the sheet; the others do not wait long for it.
  timeout: 4 * 60_000,
  globalTeardown: "./sheet.ts",
  projects: WIDTHS.map((width) => ({
    name: String(width),
    use: {
      ...plain?.use,
      viewport: { width, height: HEIGHTS[width] },
      contextOptions: { reducedMotion: "reduce" },
      actionTimeout: 60_000,
    },
  })),
});
