/** The guides of the site: `docs/guides/*.md` as pages in its colours. */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { marked } from "marked";

const www = dirname(fileURLToPath(import.meta.url));
const from = join(www, "../docs/guides");

/** As the page's foot lists them. */
const ORDER = [
  "bigwigs.md",
  "explanations.md",
  "variants.md",
  "supplement.md",
  "train.md",
  "javascript.md",
  "hosts.md",
  "grid.md",
];

/** Writes them into the folder `guides` of `out`. */
export function buildGuides(out) {
  mkdirSync(join(out, "guides"), { recursive: true });
  const template = readFileSync(join(www, "guide.html"), "utf8");
  const names = readdirSync(from).filter((name) => name.endsWith(".md"));
  const titles = new Map(names.map((name) => [name, /^# (.+)$/m.exec(readFileSync(join(from, name), "utf8"))[1]]));
  const others = [...names].sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b));
  for (const name of names) {
    // Directives for trying a block are for the tests; links between guides are between their pages.
    const text = readFileSync(join(from, name), "utf8")
      .replace(/^```(\w+) .*$/gm, "```$1")
      .replace(/<!--[^]*?-->\n*/g, "")
      .replace(/\]\((\w+)\.md\)/g, "]($1.html)");
    const links = others.map((other) =>
      other === name
        ? `<li aria-current="page">${titles.get(other)}</li>`
        : `<li><a href="${other.replace(/md$/, "html")}">${titles.get(other)}</a></li>`,
    );
    const parts = {
      title: titles.get(name),
      guides: links.join(""),
      content: marked.parse(text).replace(/<(pre|table)>/g, '<$1 tabindex="0">'),
    };
    writeFileSync(
      join(out, "guides", name.replace(/md$/, "html")),
      template.replace(/\{\{(\w+)\}\}/g, (_, part) => parts[part]),
    );
  }
}
