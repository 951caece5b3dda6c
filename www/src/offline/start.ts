/** What the page loads of this when it has nothing else to do. */

import type { Session } from "../session/session";
import "./news";
import { Offline } from "./offline";
import "./panel";

/** Begins to keep the page, and every model of the catalogue that is opened. */
export function start(session: Session, busy: () => boolean): Offline {
  const offline = new Offline({ busy });
  let last: string | undefined;
  let problem: unknown;
  const look = (): void => {
    const { model, problems } = session.state;
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
