/** Pages in Chromium and Firefox, and what came of them. The browsers' drivers are those of the page's tests. */

import { createRequire } from "node:module";
import { openFirefox, until } from "../../browser/firefox/firefox.mjs";

const require = createRequire(new URL("../../browser/package.json", import.meta.url));
const { chromium } = require("@playwright/test");

/** Milliseconds that a slow machine may take. */
const PATIENCE = 5 * 60_000;

/**
 * @typedef {object} Ran
 * @property {any} outcome what the page's script left in `globalThis.outcome`
 * @property {string[]} errors on the console, uncaught, or against the page's policy
 * @property {string[]} requests everything asked for
 * @property {string[]} elsewhere of these, what went to other hosts
 */

/**
 * Opens `url` in Chromium, and gives what `use` makes of it.
 *
 * @template T
 * @param {string} url
 * @param {import("@playwright/test").BrowserContextOptions} options
 * @param {(page: import("@playwright/test").Page, watched: { errors: string[], requests: string[] }) => Promise<T>} use
 */
export async function onPage(url, options, use) {
  const { CHROME_PATH } = process.env;
  if (!CHROME_PATH) throw new Error("CHROME_PATH is not set: run these tests with `cargo xtask test --only packages`");
  const launch = () =>
    chromium.launch({
      executablePath: CHROME_PATH,
      args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    });
  // A browser that crashes as it starts says nothing of the page.
  const browser = await launch().catch(launch);
  try {
    const page = await browser.newPage(options);
    const [errors, requests] = [[], []];
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    page.on("pageerror", (error) => errors.push(String(error)));
    // The context's requests include those of workers.
    page.context().on("request", (request) => requests.push(request.url()));
    await page.goto(url);
    return await use(page, { errors, requests });
  } finally {
    await browser.close();
  }
}

/** Runs the page at `url` in Chromium. @returns {Promise<Ran>} */
export function inChromium(url) {
  return onPage(url, {}, async (page, { errors, requests }) => {
    await page
      .waitForFunction(() => "outcome" in globalThis, undefined, { timeout: PATIENCE })
      .catch(() => {
        throw new Error(`the page's script did not run: ${errors.join("; ")}`);
      });
    const outcome = await page.evaluate(() => globalThis.outcome);
    return {
      outcome,
      errors,
      requests,
      elsewhere: requests.filter(
        (address) => /^(http|ws)/.test(address) && new URL(address).host !== new URL(url).host,
      ),
    };
  });
}

/** Runs the page at `url` in Firefox. @returns {Promise<Ran>} */
export async function inFirefox(url) {
  const firefox = await openFirefox();
  try {
    const visit = await firefox.visit(url);
    const { page, errors, requests } = visit;
    await until(page, () => "outcome" in globalThis);
    const outcome = await page.evaluate(() => globalThis.outcome);
    return { outcome, errors, requests, elsewhere: visit.elsewhere };
  } finally {
    await firefox.close();
  }
}
