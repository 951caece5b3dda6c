/** Styles shared by all components: text, controls, panels. */

import { css, type CSSResultGroup } from "lit";

export const shared = css`
  /* The page's language, and its numbers, read from the left wherever a component stands. */
  :host {
    display: block;
    direction: ltr;
    unicode-bidi: isolate;
  }

  .number,
  td,
  th,
  dd,
  [role="gridcell"] {
    direction: ltr;
    unicode-bidi: isolate;
  }

  :host([hidden]),
  [hidden] {
    display: none !important;
  }

  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }

  h2,
  h3,
  h4,
  p,
  ul,
  ol,
  dl,
  dd,
  figure,
  fieldset {
    margin: 0;
    padding: 0;
    border: 0;
    min-width: 0;
  }

  ul,
  ol {
    list-style: none;
  }

  /* A name that turns the direction of text turns its own alone. */
  a,
  b,
  code,
  em,
  label,
  mark,
  output,
  span,
  strong,
  summary {
    unicode-bidi: isolate;
  }

  h2 {
    font-size: var(--text-lg);
    font-weight: var(--weight-strong);
    line-height: var(--leading-tight);
    letter-spacing: var(--tracking-tight);
  }

  h3 {
    font-size: var(--text-base);
    font-weight: var(--weight-strong);
    line-height: var(--leading-snug);
  }

  a {
    color: var(--color-accent);
    text-underline-offset: 0.18em;
  }

  code,
  .mono {
    font-family: var(--font-mono);
    font-size: 0.92em;
    overflow-wrap: anywhere;
  }

  .muted {
    color: var(--color-ink-muted);
  }

  .faint {
    color: var(--color-ink-faint);
  }

  .small {
    font-size: var(--text-sm);
    line-height: var(--leading-snug);
  }

  .number {
    font-variant-numeric: tabular-nums lining-nums;
  }

  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  .panel {
    background: var(--color-surface);
    border: var(--border);
    border-radius: var(--radius-lg);
    padding: clamp(var(--space-4), 2.4vw, var(--space-5));
  }

  :focus-visible {
    outline: var(--focus-ring);
    outline-offset: var(--focus-offset);
  }

  /* A heading is no control: it takes the focus to be read out, and a ring around it looks like a button. */
  :is(h2, h3, h4)[tabindex="-1"]:focus-visible {
    outline: none;
  }
`;

/** Styles of a component with controls: those of every component, and those of buttons, fields and choices. */
/** Parts side by side, in as many lines as they need. */
export const rowStyles = css`
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-2) var(--space-3);
  }
`;

/** Parts of an element below each other. */
export const stacked = css`
  :host {
    display: grid;
    gap: var(--space-3);
  }
`;

export const controls: CSSResultGroup = [
  shared,
  css`
    button,
    .button {
      display: inline-flex;
      align-items: center;
      justify-content: center;
      gap: var(--space-2);
      min-height: var(--control-height);
      padding: 0 var(--space-3);
      border: var(--border-control);
      border-radius: var(--radius-md);
      background: var(--color-surface-raised);
      color: var(--color-ink);
      font: var(--weight-medium) var(--text-sm) / 1 var(--font-sans);
      white-space: nowrap;
      cursor: pointer;
      transition: background-color var(--duration-fast) var(--ease);
    }

    button:hover,
    .button:hover {
      background: var(--color-surface-hover);
    }

    button:disabled {
      opacity: 0.5;
      cursor: not-allowed;
    }

    button.primary {
      border-color: transparent;
      background: var(--color-accent);
      color: var(--color-accent-ink);
    }

    button.primary:hover:not(:disabled) {
      background: var(--color-accent-hover);
    }

    button.quiet,
    .button.quiet {
      border-color: transparent;
      background: transparent;
      color: var(--color-accent);
      padding-inline: var(--space-2);
    }

    button.quiet:hover,
    .button.quiet:hover {
      background: var(--color-accent-soft);
    }

    button.small,
    .button.small {
      min-height: var(--control-height-sm);
      padding-inline: var(--space-2);
      font-size: var(--text-xs);
    }

    /* A file input inside the label that looks like its button. */
    label.button > input[type="file"] {
      position: absolute;
      width: 1px;
      height: 1px;
      opacity: 0;
    }

    label.button {
      position: relative;
    }

    label.button:has(input:disabled) {
      opacity: 0.5;
      cursor: not-allowed;
    }

    label.button:focus-within {
      outline: var(--focus-ring);
      outline-offset: var(--focus-offset);
    }

    input[type="search"],
    input[type="text"],
    input[type="number"],
    select,
    textarea {
      min-height: var(--control-height);
      padding: 0 var(--space-3);
      border: var(--border-control);
      border-radius: var(--radius-md);
      background: var(--color-surface);
      color: var(--color-ink);
      font: var(--text-sm) / var(--leading-snug) var(--font-sans);
    }

    input[type="radio"],
    input[type="checkbox"] {
      accent-color: var(--color-accent);
      width: 1.05em;
      height: 1.05em;
      margin: 0;
      flex: none;
    }

    @media (pointer: coarse) {
      button,
      .button,
      input:not([type="checkbox"], [type="radio"], [type="range"], [type="file"]),
      select {
        min-height: var(--touch-target);
      }
    }
  `,
];

/** A search, a choice and a number beside each other, above a table. */
export const searchStyles = css`
  .filter {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-2) var(--space-3);
  }

  .search {
    position: relative;
    flex: 1 1 11rem;
    max-width: 18rem;
  }

  .search svg {
    position: absolute;
    inset-inline-start: var(--space-2);
    inset-block-start: 50%;
    translate: 0 -50%;
    color: var(--color-ink-faint);
    pointer-events: none;
  }

  .search input {
    width: 100%;
    padding-inline-start: 2rem;
  }

  /* Where the choice stands below, the search has the whole line. */
  @media (max-width: 30rem) {
    .search {
      max-width: none;
    }
  }

  .count {
    margin-inline-start: auto;
  }
`;
