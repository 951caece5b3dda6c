/** Models that say whether genes are on, in the page. */

import { html } from "lit";
import { viewOf } from "../view";
import { onCard as card } from "../card";
import { onOffWork } from "./session";

export const view = viewOf({
  work: onOffWork,
  card,
  dataStep: (work) =>
    html`<regulens-table-data
      .work=${work}
      .tables=${work.tables.state}
      .page=${work.page.state}
    ></regulens-table-data>`,
  results: (work, { only, notes } = {}) =>
    html`<regulens-results
      .only=${only}
      .session=${work}
      .state=${work.state}
      .page=${work.page.state}
      .notes=${notes}
    ></regulens-results>`,
});
