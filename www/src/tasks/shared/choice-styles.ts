/** Styles of the choice of explanations, and of the text below the one that is shown. */

import { css } from "lit";

export const choiceStyles = css`
  fieldset {
    display: flex;
    flex-wrap: wrap;
    gap: 2px;
    padding: 3px;
    border-radius: var(--radius-md);
    background: var(--color-surface-sunken);
    box-shadow: inset 0 0 0 1px var(--color-line);
  }

  fieldset label {
    position: relative;
    flex: 1 1 9rem;
    padding: var(--space-2) var(--space-2);
    border-radius: calc(var(--radius-md) - 2px);
    text-align: center;
    font-size: var(--text-sm);
    line-height: var(--leading-snug);
    cursor: pointer;
  }

  /* All in a row beside a figure. */
  fieldset.compact label {
    flex: 1 1 auto;
    display: grid;
    place-content: center;
    padding: var(--space-1) 6px;
    font-size: var(--text-xs);
  }

  @media (pointer: coarse) {
    fieldset.compact label {
      min-height: var(--touch-target);
    }
  }

  fieldset label small {
    display: block;
    color: var(--color-ink-muted);
    font-size: var(--text-xs);
  }

  fieldset label:hover {
    background: var(--color-surface-hover);
  }

  fieldset label:has(input:checked) {
    background: var(--color-surface-selected);
    box-shadow: inset 0 0 0 1.5px var(--color-accent);
  }

  fieldset label:focus-within {
    outline: var(--focus-ring);
    outline-offset: 1px;
  }

  fieldset input {
    position: absolute;
    opacity: 0;
  }

  /* Room for the text that comes once it is computed, so that nothing below it jumps. */
  .said {
    display: grid;
    gap: var(--space-2);
    align-content: start;
    min-height: 6lh;
  }
`;

export const verdictStyles = css`
  .verdict {
    padding: var(--space-3) var(--space-4);
    border-inline-start: 3px solid var(--color-accent);
    background: var(--color-surface-sunken);
    font-size: var(--text-sm);
    line-height: var(--leading-normal);
  }
`;
