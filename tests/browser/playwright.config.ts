// The built page in Chromium's headless shell, with WebGPU on the software adapter and without WebGPU, and in Firefox.
// `cargo xtask test --only browser` builds what is needed, starts the server and runs this; arguments after `--` come
// here.

import { defineConfig } from "@playwright/test";
import { INSECURE_HOST } from "./support/fixtures.ts";

const { CHROME_PATH, REGULENS_URL } = process.env;
if (!CHROME_PATH || !REGULENS_URL) {
  throw new Error("CHROME_PATH and REGULENS_URL are not set: run these tests with `cargo xtask test --only browser`");
}

/**
 * The same engine without windows, where there is one: on two cores its tests take some 60 % of the time, those on
 * WebGPU 75 %.
 */
const SHELL = process.env.HEADLESS_SHELL_PATH || CHROME_PATH;

const launch = (executablePath: string, ...args: string[]) => ({
  executablePath,
  args: [
    // Chromium's sandbox refuses to work as root, as which containers run.
    "--no-sandbox",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    `--host-resolver-rules=MAP ${INSECURE_HOST} 127.0.0.1`,
    ...args,
  ],
});

/** Without a display, Chromium on Linux reaches a GPU through Vulkan alone. */
const HARDWARE = [
  "--ignore-gpu-blocklist",
  "--enable-features=Vulkan",
  "--use-angle=vulkan",
  "--disable-vulkan-surface",
];

/** Chromium has no switch for WebGPU alone. Without a GPU process and without its software stand-in, `requestAdapter`
 * gives null, on machines with a GPU too. */
const plain = launch(SHELL, "--disable-gpu", "--disable-software-rasterizer");

/** The same where a test has the browser collect what nothing holds any more, before it is weighed. */
const collecting = { ...plain, args: [...plain.args, "--js-flags=--expose-gc"] };

export default defineConfig({
  testDir: ".",
  outputDir: "../results/artifacts",
  // Files run side by side; a third fills two cores while others wait.
  workers: 3,
  fullyParallel: false,
  // Software rendering of a GPU on a slow machine: minutes are no sign of a hang.
  timeout: 5 * 60_000,
  expect: { timeout: 60_000 },
  // A test that passes at the second try hides a fault.
  retries: 0,
  forbidOnly: process.env.CI !== undefined,
  reporter: [["list"], ["json"]],
  use: {
    baseURL: REGULENS_URL,
    headless: true,
    viewport: { width: 1280, height: 900 },
    colorScheme: "light",
    trace: "off",
    video: "off",
    screenshot: "only-on-failure",
    // `page.route` never sees the answers of a service worker; the tests of offline use allow it.
    serviceWorkers: "block",
  },
  // Without WebGPU all of the page is tested; with it, what computes on WebGPU: files `x.webgpu.spec.ts`, and tests
  // with the tag `@webgpu`, which run in both. `firefox/x.spec.ts` runs in Firefox alone.
  projects: [
    {
      name: "webgpu",
      testIgnore: ["firefox/**", "views/**", "load/**"],
      grep: /\.webgpu\.spec\.ts|@webgpu/,
      // The software adapter takes every core.
      workers: 1,
      use: { launchOptions: launch(SHELL, "--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader") },
    },
    {
      name: "no-webgpu",
      // No long file is left to one worker at the end.
      fullyParallel: true,
      testIgnore: ["**/*.webgpu.spec.ts", "firefox/**", "views/**", "load/**"],
      use: { launchOptions: plain },
    },
    { name: "firefox", testMatch: "firefox/**/*.spec.ts" },
    // Tests that compute on WebGPU, on the GPU of this machine: `REGULENS_GPU=1`, by hand alone.
    ...(process.env.REGULENS_GPU
      ? [
          {
            name: "hardware",
            testIgnore: ["package/auto.webgpu.spec.ts", "firefox/**", "views/**", "load/**"],
            grep: /\.webgpu\.spec\.ts|@webgpu/,
            workers: 1,
            use: { launchOptions: launch(SHELL, "--enable-unsafe-webgpu", ...HARDWARE) },
          },
        ]
      : []),
    // Minutes each: by hand alone.
    ...(process.env.REGULENS_LOAD
      ? [{ name: "load", testMatch: "load/**", workers: 1, use: { launchOptions: collecting, actionTimeout: 240_000 } }]
      : []),
  ],
});
