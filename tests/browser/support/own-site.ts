// Tests whose page comes from a server of their own, which they can stop, cut and give another folder.

import { test as base } from "./fixtures.ts";
import { SiteServer } from "./site-server.ts";

export const test = base.extend<{ server: SiteServer; baseURL: string }>({
  server: async ({}, use) => {
    const server = await new SiteServer().start();
    await use(server);
    await server.stop();
  },
  baseURL: async ({ server }, use) => use(server.url),
});
