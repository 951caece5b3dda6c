import { css, html, type TemplateResult } from "lit";
import { inlineStyle } from "./inline-style";
import { markColour, type Theme } from "../plots";

/** A mark's name with its colour, the same as in the plots. */
export function markName(mark: string, theme: Theme): TemplateResult {
  return html`<span class="mark"
    ><span class="mark-dot" style=${inlineStyle({ background: markColour(mark, theme).line })}></span>${mark}</span
  >`;
}

export const markStyles = css`
  .mark {
    display: inline-flex;
    align-items: center;
    gap: 0.4em;
    white-space: nowrap;
  }

  .mark-dot {
    width: 0.62em;
    height: 0.62em;
    border-radius: 2px;
    flex: none;
  }
`;
