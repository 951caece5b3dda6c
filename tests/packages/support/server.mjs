/** A static server for one folder, as simple as any host. */

import { createServer } from "node:http";
import sirv from "sirv";

/** Serves `folder`; gives the address and what ends it. */
export async function serve(folder) {
  // `dev`: each file is read when it is asked for.
  const server = createServer(sirv(folder, { dev: true }));
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const close = () => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  };
  return { url: `http://127.0.0.1:${server.address().port}/`, close };
}
