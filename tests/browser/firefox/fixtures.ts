// Fixtures of all tests in Firefox: a Firefox for the file, and pages that must stay free of errors and on their host.
// A file `firefox/x.spec.ts` runs in project `firefox`; Playwright runs the test, Puppeteer drives the browser.

import { test as base, expect } from "@playwright/test";
import { type Firefox, openFirefox, type Visit } from "./firefox.mjs";

export { expect };
export type { Visit };

interface Fixtures {
  /**
   * Opens an address, relative to the served page. At its end the test fails if a page logged an error or asked another
   * host for anything.
   */
  visit(address: string, size?: { width?: number; height?: number }): Promise<Visit>;
}

export const test = base.extend<Fixtures, { firefox: Firefox }>({
  firefox: [
    // Playwright takes the fixtures that are needed from the pattern, and none are.
    async ({}, use) => {
      const firefox = await openFirefox();
      await use(firefox);
      await firefox.close();
    },
    { scope: "worker" },
  ],
  visit: async ({ firefox, baseURL }, use) => {
    const visits: Visit[] = [];
    await use(async (address, size) => {
      const visit = await firefox.visit(new URL(address, baseURL).href, size);
      visits.push(visit);
      return visit;
    });
    const [errors, elsewhere] = [visits.flatMap(({ errors }) => errors), visits.flatMap(({ elsewhere }) => elsewhere)];
    for (const visit of visits) await visit.close();
    expect(errors, "errors on the page's console").toEqual([]);
    expect(elsewhere, "requests that left the page's host").toEqual([]);
  },
});
