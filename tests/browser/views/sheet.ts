// The sheet: every screenshot in `tests/results/views`, a view a row, on one page to open from disk.

import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Widths in pixels: a phone, a half window, a laptop, a screen. */
export const WIDTHS = [360, 900, 1366, 1920] as const;
export const HEIGHTS: Record<(typeof WIDTHS)[number], number> = { 360: 740, 900: 768, 1366: 768, 1920: 1080 };
export const SCHEMES = ["light", "dark"] as const;

/** Where the screenshots go; no part of the repository. */
export const FOLDER = join(import.meta.dirname, "../../results/views");

/** Writes `index.html` beside the screenshots. */
export default function sheet(): void {
  const pictures = readdirSync(FOLDER).filter((name) => name.endsWith(".png"));
  const views = [...new Set(pictures.map((name) => name.replace(/\.\d+-\w+\.png$/, "")))].sort();
  const cell = (view: string, width: number, scheme: string): string => {
    const name = `${view}.${width}-${scheme}.png`;
    if (!pictures.includes(name)) return "<td>not taken</td>";
    return `<td><a href="${name}"><img src="${name}" alt="${view} at ${width} px, ${scheme}" loading="lazy"></a></td>`;
  };
  const columns = SCHEMES.flatMap((scheme) => WIDTHS.map((width) => [width, scheme] as const));
  const head = columns.map(([width, scheme]) => `<th>${width} px, ${scheme}</th>`).join("");
  const rows = views.map(
    (view) => `<tr><th>${view}</th>${columns.map(([width, scheme]) => cell(view, width, scheme)).join("")}</tr>`,
  );
  const style =
    "body{font:14px sans-serif} td,th{vertical-align:top;padding:8px} img{width:240px;border:1px solid #999}";
  writeFileSync(
    join(FOLDER, "index.html"),
    `<!doctype html><meta charset="utf-8"><title>Every view</title><style>${style}</style>` +
      `<table><tr><th></th>${head}</tr>${rows.join("")}</table>`,
  );
  console.log(`${pictures.length} screenshots: ${join(FOLDER, "index.html")}`);
}
