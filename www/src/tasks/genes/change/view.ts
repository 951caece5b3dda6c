/** Models that predict the change between two cell types, in the page. */

import { html } from "lit";
import { viewOf } from "../view";
import type { Exchange } from "../samples/places";
import { changeCard as card } from "../card";
import { changeWork } from "./session";

export const view = viewOf({
  work: changeWork,
  card,
  dataStep: ({ page, tables, state, samples }) =>
    html`<regulens-preparing .tables=${tables} .state=${tables.state} .page=${page.state}></regulens-preparing>
      <regulens-pair
        .tables=${tables}
        .state=${tables.state}
        .page=${page}
        .pageState=${page.state}
        .samples=${state.samples}
        .hasRun=${state.run !== undefined}
        @exchange=${({ detail }: CustomEvent<Exchange>) => void samples?.exchange(detail)}
      ></regulens-pair>`,
  results: (work, { only, notes } = {}) =>
    work.state.run
      ? html`<regulens-change
          .only=${only}
          .session=${work}
          .state=${work.state}
          .page=${work.page.state}
          .notes=${notes}
        ></regulens-change>`
      : html``,
});
