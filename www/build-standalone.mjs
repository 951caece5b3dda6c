/** The parts of a page of one file, which the page and `regulens export-html` put together. */

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { plainSchemas } from "./plain-schemas.mjs";
import { thirdParty } from "./third-party.mjs";

const www = dirname(fileURLToPath(import.meta.url));

/**
 * Bundles the view: a classic script with the engine's JavaScript in it, and the page around it.
 *
 * @param {import("esbuild").BuildOptions} common
 * @param {string} pkg
 * @param {string} out
 */
export async function buildStandalone(common, pkg, out) {
  const folder = join(out, "standalone");
  mkdirSync(folder, { recursive: true });
  const hash = (bytes, digest = "hex") => createHash("sha256").update(bytes).digest(digest);
  /** Leaves a part; of one that is packed, `content` is what is in it. */
  const part = (file, bytes, content = bytes) => {
    writeFileSync(join(folder, file), bytes);
    return { file, bytes: content.length, sha256: hash(content) };
  };
  const bundle = async (entry, withWebgpu) => {
    const { outputFiles } = await build({
      ...common,
      ...{
        entryPoints: [`src/standalone/${entry}`],
        outfile: entry,
        write: false,
        format: "iife",
        minify: true,
        legalComments: "none",
      },
      define: { WITH_WEBGPU: String(withWebgpu) },
      // Files that the engine's JavaScript would fetch are handed to it.
      logOverride: { "empty-import-meta": "silent" },
      plugins: [
        plainSchemas,
        {
          name: "inlined-engines",
          setup: (plugins) =>
            plugins.onResolve({ filter: /\/engine-files\.js$/ }, () => ({
              path: join(www, "src/standalone/inlined-engines.ts"),
            })),
        },
      ],
    });
    // A comment or a script that begins within a script would hide its end; in JavaScript both stand in texts alone.
    return outputFiles[0].text.replace(/<(?=!--|\/?script)/gi, "\\x3c").trim();
  };
  const packed = (file, content) => part(file, gzipSync(content, { level: 9 }), content);
  const engine = (name) => {
    const wasm = readFileSync(join(pkg, `wasm/${name}/regulens_${name}_bg.wasm`));
    return packed(`${name}.wasm.gz`, wasm);
  };
  const { outputFiles } = await build({
    ...common,
    entryPoints: ["src/standalone/standalone.css"],
    outfile: "standalone.css",
    write: false,
    minify: true,
  });
  const style = outputFiles[0].text.trim();
  const boot = await bundle("boot.ts", false);
  const template = readFileSync(join(www, "src/standalone/template.html"), "utf8")
    .replace("{{style}}", () => style)
    .replace("{{style-hash}}", hash(style, "base64"))
    .replace("{{boot}}", () => boot)
    .replace("{{boot-hash}}", hash(boot, "base64"))
    // Nothing in it may end the comment, or look like a place for a value.
    .replace("{{licences}}", () =>
      thirdParty(www, pkg)
        .replace(/-(?=-)/g, "- ")
        .replaceAll("{{", "{ {"),
    );
  const { version } = JSON.parse(readFileSync(join(pkg, "package.json"), "utf8"));
  const parts = {
    ...{ format_version: 2, version },
    template: part("template.html", Buffer.from(template)),
    view: packed("view.js.gz", Buffer.from(await bundle("start.ts", false))),
    "view-webgpu": packed("view-webgpu.js.gz", Buffer.from(await bundle("start.ts", true))),
    "engine-tables": engine("tables"),
    "engine-full": engine("full"),
    "engine-webgpu": engine("webgpu"),
  };
  writeFileSync(join(folder, "parts.json"), `${JSON.stringify(parts, null, 2)}\n`);
}
