/** The part that the page loads when it is idle. */

import type { DeviceReport } from "../../../pkg/src/index";
import type { Session } from "../session/session";
import "./news";
import { Offline } from "./offline";
import "./panel";

/** Begins to keep the page, and every model of the catalogue that is opened. */
export function start(session: Session, busy: () => boolean): Offline {
  const loaded = async (): Promise<string[]> => [
    ...performance.getEntriesByType("resource").map(({ name }) => name),
    ...(await session.worker.call("loaded", {})),
  ];
  const offline = new Offline({ busy, loaded });
  let last: string | undefined;
  let engine: DeviceReport["kind"] | undefined;
  let problem: unknown;
  const look = (): void => {
    const { model, problems, device } = session.state;
    if (device && device.kind !== engine) {
      // Another engine may have been loaded for it.
      engine = device.kind;
      void offline.keepUsed();
    }
    if (problems.model !== problem && problems.model?.code === "offline")
      offline.missed(problems.model.file ?? "That model");
    // A model of another hash than this version's catalogue says: there may be a newer one.
    if (problems.model !== problem && problems.model?.code === "hash-mismatch") void offline.lookForUpdate();
    problem = problems.model;
    // The user's own file is on this machine already.
    if (!model?.id || model.sha256 === last) return;
    last = model.sha256;
    void offline.opened(model.sha256, model.file);
  };
  session.subscribe(look);
  look();
  void offline.start();
  return offline;
}
