/** Bundling of `<regulens-view>`: as modules of the package, and by whoever makes a single script of it. */

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const www = dirname(fileURLToPath(import.meta.url));

/**
 * The site's tokens for an element's host: `:root` becomes `:host`, its `data-theme` the element's `theme`, and each
 * token stands behind a custom property of the page: `--color-ink: …` becomes
 * `--color-ink: var(--regulens-color-ink, …)`.
 */
export async function hostTokens(css) {
  const own = css
    .replace(/:root\[data-theme="(\w+)"\]/g, ':host([theme="$1"])')
    .replace(/:root/g, ":host")
    .replace(/^(\s*)--([\w-]+):\s*([^;]+);/gm, "$1--$2: var(--regulens-$2, $3);");
  // Paper is light whatever the screen is.
  const { code } = await transform(`${own}\n@media print { :host { color-scheme: light !important; } }`, {
    loader: "css",
    minify: true,
    target: ["chrome123", "firefox120", "safari17.5"],
  });
  return code;
}

/** Gives the element the tokens as text, and decorators that a second copy of it does not trip over. */
export const elementTokens = {
  name: "element-tokens",
  setup(plugins) {
    const decorators = join(www, "src/element/decorators.ts");
    plugins.onResolve({ filter: /^lit\/decorators\.js$/ }, ({ importer }) =>
      importer === decorators ? undefined : { path: decorators },
    );
    plugins.onLoad({ filter: /[\\/]styles[\\/]tokens\.css$/ }, async ({ path }) => ({
      contents: await hostTokens(readFileSync(path, "utf8")),
      loader: "text",
      watchFiles: [path],
    }));
  },
};

/** The element is loaded beside the package, and imports it when it is needed. */
const besidePackage = {
  name: "beside-package",
  setup(plugins) {
    plugins.onResolve({ filter: /\/pkg\/src\/index$/ }, () => ({ path: "./index.js", external: true }));
  },
};

/**
 * Bundles the element into the package's folder: `element.js`, and a file for each family, which is loaded with the
 * first model of it.
 */
export function buildElement(common, outdir) {
  return build({
    ...common,
    entryPoints: [{ in: join(www, "src/element/index.ts"), out: "element" }],
    outdir,
    plugins: [elementTokens, besidePackage],
    splitting: true,
    chunkNames: "element-[name]-[hash]",
    minify: true,
    // The licences stand in the package's THIRD-PARTY.txt.
    legalComments: "none",
    metafile: true,
  });
}
