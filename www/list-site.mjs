/**
 * Lists the site's files with their hashes for its service worker: the last step of `build.mjs`, and by itself
 * `node list-site.mjs DIR` after a file of a built site was changed.
 *
 * The build's name is made of what all its files hold; it stands in the page (`<meta name="regulens-build">`) and with
 * the list in the first line of `service-worker.js`. That script changes with every build therefore, which is how
 * browsers find out about a new version.
 */

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const WORKER = "service-worker.js";
const START = "self.regulensSite=";
const META = /(<meta name="regulens-build" content=")[^"]*(")/;

/** Files that no page asks for. */
const UNLISTED = /(^|\/)(README\.md|.*\.LEGAL\.txt|.*\.map|card\.schema\.json|service-worker\.js)$/;

/**
 * `model`: kept once it is used, by whoever loads it; `part`: kept by the service worker once it is used; `page`: kept
 * at the first visit.
 */
function groupOf(path) {
  if (/^models\/.*\.safetensors$/.test(path)) return "model";
  // A browser uses a few of the six engines. The pieces of pages in one file hold engines a second time; the
  // package's element, parsers and plots, and the pages about them, are for other people's pages.
  return /^(standalone\/|api\/|embed\.|regulens\/wasm\/|regulens\/dist\/(element|inline|parsers|plots|THIRD-PARTY)\b)/.test(
    path,
  )
    ? "part"
    : "page";
}

/**
 * Names the build in `index.html` and lists all files in `service-worker.js`, both in the folder `site`. Returns the
 * build's name.
 */
export function listSite(site) {
  const page = join(site, "index.html");
  const html = readFileSync(page, "utf8");
  if (!META.test(html)) throw new Error(`${page} has no <meta name="regulens-build" content="">`);
  writeFileSync(page, html.replace(META, "$1$2"));
  const script = readFileSync(join(site, WORKER), "utf8").replace(/^self\.regulensSite=.*\n/, "");
  const lines = Object.entries(listed(site)).map(([path, { sha256 }]) => `${path} ${sha256}\n`);
  const build = sha256Of(lines.join("") + script).slice(0, 16);
  writeFileSync(page, html.replace(META, `$1${build}$2`));
  writeFileSync(join(site, WORKER), `${START}${JSON.stringify({ build, files: listed(site) })};\n${script}`);
  return build;
}

/** Every file by its path from the page, in an order that is the same everywhere. */
function listed(site) {
  const paths = readdirSync(site, { recursive: true })
    .map((path) => path.split(sep).join("/"))
    .filter((path) => !UNLISTED.test(path) && statSync(join(site, path)).isFile())
    .sort();
  return Object.fromEntries(
    paths.map((path) => {
      const bytes = readFileSync(join(site, path));
      return [path, { sha256: sha256Of(bytes), bytes: bytes.length, group: groupOf(path) }];
    }),
  );
}

function sha256Of(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [site] = process.argv.slice(2);
  if (!site) throw new Error("which folder? node list-site.mjs DIR");
  console.log(listSite(resolve(site)));
}
