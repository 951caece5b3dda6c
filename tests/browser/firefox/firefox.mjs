/**
 * Firefox, headless, driven over WebDriver BiDi: Debian's `firefox-esr` or any other that is installed. Plain
 * JavaScript, so that Node's test runner and Playwright's both load it.
 *
 *     const firefox = await openFirefox();
 *     const visit = await firefox.visit("http://127.0.0.1:8080/some/where/");
 *     const title = await visit.page.evaluate(() => document.title);
 *     visit.errors; visit.elsewhere; visit.requests;
 *     await firefox.close();
 */

import { existsSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import puppeteer from "puppeteer-core";

const NAMES = ["firefox-esr", "firefox", "firefox.exe"];

const PLACES = ["/Applications/Firefox.app/Contents/MacOS/firefox", "C:\\Program Files\\Mozilla Firefox\\firefox.exe"];

/**
 * Firefox's program: `FIREFOX_PATH`, or one with a usual name.
 *
 * @returns {string}
 */
export function firefoxPath() {
  const named = process.env.FIREFOX_PATH;
  if (named) {
    if (!existsSync(named)) throw new Error(`FIREFOX_PATH is ${named}, where there is no file`);
    return named;
  }
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  const candidates = [...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))), ...PLACES];
  const found = candidates.find((path) => existsSync(path) && statSync(path).isFile());
  if (!found)
    throw new Error("no Firefox to test with: install firefox-esr or Firefox, or set FIREFOX_PATH to its program");
  return found;
}

/** Milliseconds that a slow machine may take over one command of the protocol: a whole run in a page is one. */
const PATIENCE = 5 * 60_000;

/** Settings without which Firefox asks its maker's hosts for things, in pages' own time. */
const QUIET = {
  "app.update.enabled": false,
  "browser.safebrowsing.malware.enabled": false,
  "browser.safebrowsing.phishing.enabled": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "network.prefetch-next": false,
};

/**
 * Starts Firefox.
 *
 * @param {{ preferences?: Record<string, boolean | number | string> }} [options] preferences are those of
 * `about:config`
 */
export async function openFirefox({ preferences = {} } = {}) {
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath: firefoxPath(),
    headless: true,
    protocolTimeout: PATIENCE,
    extraPrefsFirefox: { ...QUIET, ...preferences },
  });
  return new Firefox(browser);
}

/** A running Firefox. */
export class Firefox {
  /** @param {import("puppeteer-core").Browser} browser */
  constructor(browser) {
    this.browser = browser;
  }

  /**
   * Opens `url` (`http:` or `file:`) in a tab of a context of its own, without cookies, caches or storage of others.
   *
   * @param {string} url
   * @param {{ width?: number, height?: number }} [size] of the window, in CSS pixels
   */
  async visit(url, { width = 1280, height = 900 } = {}) {
    const context = await this.browser.createBrowserContext();
    const page = await context.newPage();
    // Sets the orientation too, which older releases refuse; they take the size, which is asked for beside it.
    await page.setViewport({ width, height }).catch((cause) => {
      if (!String(cause).includes("unknown command emulation.setScreenOrientationOverride")) throw cause;
    });
    page.setDefaultTimeout(PATIENCE);
    const visit = new Visit(context, page, url);
    await page.goto(url);
    return visit;
  }

  async close() {
    await this.browser.close();
  }
}

/** A page that was opened, and what it said and asked for since. */
export class Visit {
  /** Errors on the console, exceptions nobody caught, violations of the content security policy. @type {string[]} */
  errors = [];
  /** Everything requested, in order. @type {string[]} */
  requests = [];
  #origin;

  /**
   * @param {import("puppeteer-core").BrowserContext} context
   * @param {import("puppeteer-core").Page} page
   * @param {string} url
   */
  constructor(context, page, url) {
    this.context = context;
    this.page = page;
    this.#origin = new URL(url).origin;
    page.on("console", (message) => {
      if (message.type() === "error") this.errors.push(`${message.text()} (${message.location().url})`);
    });
    page.on("pageerror", (error) => this.errors.push(String(error)));
    page.on("request", (request) => this.requests.push(request.url()));
  }

  /** Requests to other hosts than the page's own; of a page from disk, all that need a host. */
  get elsewhere() {
    return this.requests.filter((url) => /^(https?|wss?):/.test(url) && new URL(url).origin !== this.#origin);
  }

  async close() {
    await this.context.close();
  }
}

/**
 * Waits until `is`, run in the page with `given`, says so. Asks again and again: the driver's own `waitForFunction`
 * makes code of text, which older releases refuse under a strict policy.
 *
 * @template {unknown[]} Given
 * @param {import("puppeteer-core").Page} page
 * @param {import("puppeteer-core").EvaluateFunc<Given>} is
 * @param {Given} given
 */
export async function until(page, is, ...given) {
  const end = Date.now() + PATIENCE;
  while (!(await page.evaluate(is, ...given))) {
    if (Date.now() > end) throw new Error(`not within ${PATIENCE / 1000} s: ${is}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
