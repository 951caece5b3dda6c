/** Styles of the tables that compare explanations with the planted truth. */

import { css } from "lit";
import { shared } from "./shared";
import { tableStyles } from "./table";

export const plantedStyles = [
  shared,
  tableStyles,
  css`
    :host {
      display: grid;
      gap: var(--space-2);
    }

    caption {
      padding-block-end: var(--space-1);
      text-align: start;
    }

    td {
      white-space: nowrap;
    }

    .chance {
      color: var(--color-ink-muted);
    }
  `,
];
