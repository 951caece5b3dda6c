/** Requests of the page to its service worker. */

import type { Answers, Ask } from "./site";

/** Milliseconds after which a service worker counts as not answering; files take as long as the network does. */
const LIMITS: { readonly [Kind in Ask["kind"]]: number } = { keep: 300_000, takeOver: 20_000 };

/** Asks a service worker; undefined where it has not answered in time. */
export function ask<Kind extends Ask["kind"]>(
  worker: Pick<ServiceWorker, "postMessage">,
  request: Extract<Ask, { kind: Kind }>,
): Promise<Answers[Kind] | undefined> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const end = (answer?: Answers[Kind]): void => {
      clearTimeout(timer);
      port1.close();
      resolve(answer);
    };
    const timer = setTimeout(end, LIMITS[request.kind]);
    port1.onmessage = ({ data }) => end(data as Answers[Kind]);
    worker.postMessage(request, [port2]);
  });
}
