// The sheet: every screenshot, a view a row, on one page to open from disk, and as one picture.

import { chromium } from "@playwright/test";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Widths in pixels: a phone, a half window, a laptop, a screen. */
export const WIDTHS = [360, 900, 1366, 1920] as const;
export const HEIGHTS: Record<(typeof WIDTHS)[number], number> = { 360: 740, 900: 768, 1366: 768, 1920: 1080 };
export const SCHEMES = ["light", "dark"] as const;

/** Where the screenshots go; no part of the repository. */
export const FOLDER = process.env.REGULENS_VIEWS ?? join(import.meta.dirname, "../../results/views");

const STYLE =
  "body{font:14px sans-serif;margin:16px} td,th{vertical-align:top;padding:6px;text-align:start} " +
  "th{width:220px} tr>th:first-child{width:130px} " +
  // The top of a long page is shown, all of it is a press away.
  "img{display:block;width:220px;height:240px;object-fit:cover;object-position:top;border:1px solid #999}";

/** Writes `index.html` and `sheet.png` beside the screenshots. */
export default async function sheet(): Promise<void> {
  const pictures = readdirSync(FOLDER).filter((name) => /\.\d+-\w+\.png$/.test(name));
  const views = [...new Set(pictures.map((name) => name.replace(/\.\d+-\w+\.png$/, "")))].sort();
  const cell = (view: string, width: number, scheme: string): string => {
    const name = `${view}.${width}-${scheme}.png`;
    if (!pictures.includes(name)) return "<td>not taken</td>";
    const image = `<img src="${encodeURI(name)}" alt="${view}, ${width} px, ${scheme}" loading="lazy">`;
    return `<td><a href="${encodeURI(name)}">${image}</a></td>`;
  };
  const columns = SCHEMES.flatMap((scheme) => WIDTHS.map((width) => [width, scheme] as const));
  const head = columns.map(([width, scheme]) => `<th>${width} px, ${scheme}</th>`).join("");
  const rows = views.map(
    (view) => `<tr><th>${view}</th>${columns.map(([width, scheme]) => cell(view, width, scheme)).join("")}</tr>`,
  );
  const page = join(FOLDER, "index.html");
  const top = `<tr><th></th>${head}</tr>`;
  writeFileSync(
    page,
    `<!doctype html><meta charset="utf-8"><title>Every view</title><style>${STYLE}</style>` +
      `<table>${top}${rows.join("")}</table>`,
  );
  await drawn(top, rows, join(FOLDER, "sheet.png"));
  console.log(`${pictures.length} screenshots: ${page}`);
}

/** The sheet as a picture, at half its size, row by row: a browser has no room for all screenshots at once. */
async function drawn(head: string, rows: readonly string[], to: string): Promise<void> {
  const browser = await chromium.launch({ executablePath: process.env.CHROME_PATH, args: ["--no-sandbox"] });
  const small = await browser.newPage({ viewport: { width: 2100, height: 100 }, deviceScaleFactor: 0.5 });
  // A page from disk may show pictures from disk.
  await small.goto(pathToFileURL(join(FOLDER, "index.html")).href, { waitUntil: "domcontentloaded" });
  const shots: string[] = [];
  for (const row of [head, ...rows]) {
    await small.evaluate((html) => {
      document.body.innerHTML = html;
      return Promise.all([...document.images].map((image) => image.decode()));
    }, `<table style="width:100%">${row}</table>`);
    const shot = await small.locator("table").screenshot({ timeout: 0 });
    shots.push(`<img style="display:block" src="data:image/png;base64,${shot.toString("base64")}">`);
  }
  const all = await browser.newPage({ viewport: { width: 1034, height: 100 } });
  await all.setContent(`<body style="margin:0">${shots.join("")}</body>`);
  await all.screenshot({ path: to, fullPage: true, timeout: 0 });
  await browser.close();
}
