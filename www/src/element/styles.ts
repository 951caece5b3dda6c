/** The element's own layout. */

import { css, unsafeCSS } from "lit";
import { controls } from "../ui/styles/shared";
import { tableStyles } from "../ui/styles/table";
import heights from "./height.css";

export const frameStyles = [
  controls,
  tableStyles,
  unsafeCSS(heights),
  css`
    /* What the author put inside reads as the page around it. */
    :host {
      direction: inherit;
    }

    .frame > :not(.placeholder) {
      direction: ltr;
    }

    :host {
      color: var(--color-ink);
      font: var(--text-base) / var(--leading-normal) var(--font-sans);
      container-type: inline-size;
    }

    .frame {
      display: grid;
      gap: var(--space-3);
      align-content: start;
    }

    /* So that nothing below it moves when it comes. */
    .kept {
      min-height: var(--regulens-height, var(--own-height));
    }

    .frame > * {
      min-width: 0;
    }

    /* A ground of its own: the page's may be of another theme. */
    .frame.shown {
      padding: var(--space-3);
      border-radius: var(--radius-lg);
      background: var(--color-page);
    }

    .status:empty,
    .placeholder[hidden] {
      display: none;
    }

    .view,
    .cell,
    .figures {
      display: grid;
      gap: var(--space-4);
      align-content: start;
      min-width: 0;
    }

    .set {
      display: grid;
      gap: var(--space-4);
      grid-template-columns: minmax(0, 1fr);
    }

    .figures,
    .beside {
      display: grid;
      gap: var(--space-4);
      align-items: start;
      grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr));
    }

    @container (min-width: 76rem) {
      .set {
        grid-template-columns: minmax(0, 27fr) minmax(0, 20fr);
      }

      /* As tall as the pictures beside it. */
      .set > .cell {
        --table-height: 50rem;
      }

      .set > .figures {
        grid-template-columns: minmax(0, 1fr);
      }
    }

    td.number,
    th.number {
      padding-inline-end: 0;
      text-align: end;
    }

    tbody td:first-child {
      width: 2rem;
      font-weight: var(--weight-medium);
    }

    .caption {
      color: var(--color-ink-muted);
      font-size: var(--text-xs);
      line-height: var(--leading-snug);
      overflow-wrap: anywhere;
    }

    @media print {
      .kept {
        min-height: 0;
      }

      .header,
      .status,
      .error,
      .tools {
        display: none;
      }
    }
  `,
];
