/** Scripts of the package made smaller still by Terser, whose mangling and folding esbuild's do not reach. */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { minify } from "terser";

/** Rewrites a module that esbuild made, and its map where there is one. */
export async function compact(file) {
  const map = `${file}.map`;
  const content = existsSync(map) ? readFileSync(map, "utf8") : undefined;
  const found = await minify(readFileSync(file, "utf8"), {
    module: true,
    ecma: 2020,
    compress: { passes: 2 },
    // Licences ask for these.
    format: { comments: /^!/ },
    ...(content !== undefined && { sourceMap: { content, url: basename(map) } }),
  });
  writeFileSync(file, `${found.code}\n`);
  if (content !== undefined) writeFileSync(map, found.map);
}
