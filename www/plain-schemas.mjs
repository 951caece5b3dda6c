/** Schemas in a bundle, without what only their readers need. */

import { readFile } from "node:fs/promises";

/** The plugin of esbuild. */
export const plainSchemas = {
  name: "plain-schemas",
  setup(plugins) {
    plugins.onLoad({ filter: /\.schema\.json$/ }, async ({ path }) => ({
      // A field may be called so, too: its schema is no text.
      contents: JSON.stringify(JSON.parse(await readFile(path, "utf8")), (key, value) =>
        ["$schema", "description", "title"].includes(key) && typeof value === "string" ? undefined : value,
      ),
      loader: "json",
    }));
  },
};
