// The guides on the site, and the pages that they tell a reader to write.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { violations } from "../support/axe.ts";
import { expect, test } from "../support/fixtures.ts";
import { table } from "../support/tables.ts";

test.use({ bypassCSP: true });

/** The HTML that a guide shows, by the word behind its language. */
function pageOf(guide: string, how: string): string {
  const text = readFileSync(join(import.meta.dirname, "../../../docs/guides", guide), "utf8");
  const found = new RegExp(`^\`\`\`html ${how}\\n([^]*?)^\`\`\`$`, "m").exec(text)?.[1];
  if (!found) throw new Error(`${guide} has no page to write`);
  return found;
}

test("every guide is reached from the page, reads well in light and dark, and fits 360 px", async ({
  page,
  context,
}) => {
  await page.goto("./");
  const all = page.getByRole("navigation", { name: /^Guides/ });
  for (const name of [/^Embed a live figure/, /^npm package API/]) {
    const href = await all.getByRole("link", { name }).evaluate((anchor) => (anchor as HTMLAnchorElement).href);
    expect((await page.request.get(href)).status(), href).toBe(200);
  }
  const links = all.locator('a[href^="guides/"]');
  await expect(links).toHaveCount(7);
  for (const link of await links.all()) {
    const title = (await link.textContent()) ?? "";
    const opened = context.waitForEvent("page");
    await link.click();
    const guide = await opened;
    await expect(guide.getByRole("heading", { level: 1 })).toHaveText(title);
    expect(await violations(guide), title).toEqual([]);
    await guide.setViewportSize({ width: 360, height: 700 });
    expect(
      await guide.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
      title,
    ).toBe(0);
    // Instructions for trying a block are not for readers; every link leads somewhere.
    await expect(guide.locator("main")).not.toContainText(/by hand|<!--/);
    for (const each of await guide.getByRole("link").all()) {
      const href = await each.evaluate((anchor) => (anchor as HTMLAnchorElement).href);
      if (href.startsWith(new URL(page.url()).origin)) expect((await guide.request.get(href)).status(), href).toBe(200);
    }
    await guide.close();
  }
});

test("the plain page of the guide to JavaScript predicts every gene, and asks for each file once", async ({ page }) => {
  const written = pageOf("javascript.md", "page").replace('device: "auto"', 'device: "cpu"');
  const early = pageOf("javascript.md", "early");
  await page.route("**/written.html", (route) =>
    route.fulfill({ contentType: "text/html", body: written.replace("<pre ", () => `${early}<pre `) }),
  );
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname.split("/").at(-1)!));
  await page.route("**/genes.csv", (route) => route.fulfill({ contentType: "text/csv", body: table({ genes: 7 }) }));
  await page.goto("./written.html");
  await expect(page.locator("#out")).toHaveText(/^GENE1 [01]\.\d{3}\s[^]*GENE7 [01]\.\d{3}$/, { timeout: 60_000 });
  const files = asked.filter((file) => /\.(js|wasm|safetensors)$/.test(file)).sort();
  // The package takes the files that were asked for early, and each comes once.
  expect(files).toEqual([...new Set(files)]);
  expect(files.filter((file) => file.endsWith(".wasm"))).toHaveLength(1);
  expect(files).toHaveLength(5);
});

test("the element of the guide to supplements shows its gene", async ({ page, request }) => {
  const built = (await request.get("./regulens/dist/element.js")).ok();
  test.skip(
    !built && !existsSync(join(import.meta.dirname, "../../../www/src/element/index.ts")),
    "there is no element to embed",
  );
  await page.route("**/written.html", (route) =>
    route.fulfill({ contentType: "text/html", body: pageOf("supplement.md", "element").replace("SIM000001", "GENE1") }),
  );
  await page.route("**/mine.csv.gz", (route) => route.fulfill({ contentType: "text/csv", body: table({ genes: 7 }) }));
  await page.route("**/figure-s3.svg", (route) =>
    route.fulfill({ contentType: "image/svg+xml", body: '<svg xmlns="http://www.w3.org/2000/svg" />' }),
  );
  await page.goto("./written.html");
  await expect(page.getByRole("img", { name: /GENE1/ }).first()).toBeVisible({ timeout: 60_000 });
});
