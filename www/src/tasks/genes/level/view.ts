/** Models of level in the page. */

import { html } from "lit";
import { levelCard as card } from "../card";
import { viewOf } from "../view";
import { levelWork } from "./session";

export const view = viewOf({
  work: levelWork,
  card,
  dataStep: (work) =>
    html`<regulens-table-data
      .work=${work}
      .tables=${work.tables.state}
      .page=${work.page.state}
    ></regulens-table-data>`,
  results: (work, { only, notes } = {}) =>
    html`<regulens-levels
      .only=${only}
      .session=${work}
      .state=${work.state}
      .page=${work.page.state}
      .notes=${notes}
    ></regulens-levels>`,
});
