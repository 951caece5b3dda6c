import { css, html, type TemplateResult } from "lit";

/** The heading of a numbered step. */
export function stepHeading(number: number, title: string): TemplateResult {
  return html`<h2 class="step"><span class="step-number" aria-hidden="true">${number}</span>${title}</h2>`;
}

/** A step's panel, as tall as the one beside it, and its heading. */
export const stepStyles = css`
  :host,
  .panel {
    height: 100%;
  }

  .panel {
    display: flex;
    flex-direction: column;
    gap: var(--space-4);
  }

  .step {
    display: flex;
    align-items: center;
    gap: var(--space-3);
  }

  .step-number {
    display: grid;
    place-content: center;
    width: 1.75rem;
    height: 1.75rem;
    border-radius: var(--radius-full);
    background: var(--color-accent-soft);
    color: var(--color-accent);
    font-size: var(--text-sm);
    font-variant-numeric: tabular-nums;
    letter-spacing: 0;
  }
`;
