// Screenshots of every view, at every width, in light and dark, on one sheet: `cargo xtask views`. Nothing is asserted;
// they are for eyes.

import { defineConfig } from "@playwright/test";
import base from "../playwright.config.ts";
import { HEIGHTS, SCHEMES, WIDTHS } from "./sheet.ts";

const plain = base.projects?.find(({ name }) => name === "no-webgpu");

export default defineConfig({
  ...base,
  testDir: ".",
  outputDir: "../../results/artifacts",
  reporter: "list",
  globalTeardown: "./sheet.ts",
  projects: WIDTHS.flatMap((width) =>
    SCHEMES.map((colorScheme) => ({
      name: `${width}-${colorScheme}`,
      use: { ...plain?.use, colorScheme, viewport: { width, height: HEIGHTS[width] } },
    })),
  ),
});
