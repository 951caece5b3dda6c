/** The Chromium to measure in, and its WebGPU adapter. */

import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const PLACES = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

export const ARGUMENTS = [
  // Chromium's sandbox refuses to work as root, as which containers run.
  "--no-sandbox",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
  "--enable-unsafe-webgpu",
];

/** Without a display, Chromium on Linux reaches a GPU through Vulkan alone; where there is none, it hangs so. */
export const VULKAN = [
  "--ignore-gpu-blocklist",
  "--enable-features=Vulkan",
  "--use-angle=vulkan",
  "--disable-vulkan-surface",
];

const GPUS = ["/dev/nvidia0", "/dev/dri/renderD128"];

/** The adapter that computes on the CPU. */
export const SOFTWARE = ["--use-webgpu-adapter=swiftshader"];

/** The program: `CHROME_PATH`, or one with a usual name. */
export function findChrome() {
  const { CHROME_PATH, PATH = "", ProgramFiles, LOCALAPPDATA } = process.env;
  const found = [
    CHROME_PATH,
    ...NAMES.flatMap((name) => PATH.split(delimiter).map((folder) => join(folder, name))),
    ...PLACES,
    ...[ProgramFiles, LOCALAPPDATA]
      .filter(Boolean)
      .map((folder) => join(folder, "Google/Chrome/Application/chrome.exe")),
  ].find((path) => path && existsSync(path));
  if (!found)
    throw new Error("no browser to measure in: install Chromium or Chrome, or set CHROME_PATH to its program");
  return found;
}

/**
 * Starts the browser with the hardware's WebGPU adapter if it has one, else with the one in software. Gives a function
 * that starts it again in the same way, and what the adapter says of itself.
 *
 * @param {import("playwright-core").BrowserType} chromium
 * @param {import("./server.mjs").Server} server
 * @param {boolean} software whether not even to look for hardware
 */
export async function chooseAdapter(chromium, server, software) {
  const executablePath = findChrome();
  const starter = (more) => () =>
    chromium.launch({ executablePath, args: [...ARGUMENTS, ...more], handleSIGTERM: false });
  const hardware = GPUS.some((device) => existsSync(device)) ? [[], VULKAN] : [[]];
  for (const more of software ? [SOFTWARE] : [...hardware, SOFTWARE]) {
    const start = starter(more);
    const browser = await start();
    const page = await browser.newPage();
    // Asked for on a page as the runtimes get it: WebGPU is there only in secure contexts.
    await page.goto(server.visit("<!doctype html><title>adapter</title>").url);
    const adapter = await page.evaluate(async () => {
      const found = await navigator.gpu?.requestAdapter().catch(() => null);
      if (!found) return undefined;
      const { vendor, architecture, description } = found.info;
      return [vendor, architecture, description].filter(Boolean).join(" ") || "unnamed adapter";
    });
    await browser.close();
    if (adapter === undefined) continue;
    const isSoftware = /swiftshader|llvmpipe|lavapipe/i.test(adapter);
    if (!isSoftware || more === SOFTWARE) return { start, adapter, software: isSoftware };
  }
  return { start: starter([]), adapter: undefined, software: false };
}
