/** The head of the page: what this is, what it promises, which device computes. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { factsOfOpen } from "../tasks/index";
import type { Session } from "../session/session";
import type { State } from "../session/state";
import type { ThemeSetting } from "../ui/theme/theme";
import type { Workspaces } from "../workspace/workspaces";
import "../model/device-menu";
import { lock, mark } from "../ui/icons";
import { shared } from "../ui/styles/shared";
import "../ui/theme/button";

/** The head of the page. */
@customElement("regulens-header")
export class Header extends LitElement {
  @property({ attribute: false }) session!: Session;
  @property({ attribute: false }) state!: State;
  @property({ attribute: false }) theme!: ThemeSetting;
  @property({ attribute: false }) workspaces: Workspaces | undefined;
  /** True if it is one bar that stays in view, with what is in its slot, above results. */
  @property({ type: Boolean, reflect: true }) slim = false;

  static override styles = [
    shared,
    css`
      header {
        max-width: calc(var(--page-width) + 2 * var(--page-gutter));
        margin-inline: auto;
        padding: var(--space-3) var(--page-gutter) var(--space-2);
      }

      .bar {
        display: flex;
        align-items: center;
        gap: var(--space-3);
      }

      regulens-device {
        min-width: 0;
      }

      h1 {
        display: flex;
        align-items: center;
        gap: var(--space-3);
        margin: 0 auto 0 0;
        font-size: var(--text-lg);
        font-weight: var(--weight-strong);
        letter-spacing: var(--tracking-tight);
        line-height: 1;
      }

      @media (max-width: 30rem) {
        h1 {
          gap: var(--space-2);
          font-size: var(--text-base);
        }

        .bar {
          gap: var(--space-2);
        }
      }

      :host([slim]) {
        position: sticky;
        inset-block-start: 0;
        z-index: calc(var(--layer-tooltip) + 1);
        border-block-end: var(--border);
        background: var(--color-page);
      }

      :host([slim]) header {
        max-width: calc(var(--workbench-width) + 2 * var(--page-gutter));
        padding-block: var(--space-2);
      }

      :host([slim]) .bar {
        gap: var(--space-2);
      }

      :host([slim]) h1 {
        margin: 0;
      }

      /* The mark says it where there is little room. */
      @media (min-width: 64.01rem) and (max-width: 100rem), (max-width: 34rem) {
        :host([slim]) .name {
          position: absolute;
          width: 1px;
          height: 1px;
          overflow: hidden;
          clip-path: inset(50%);
        }
      }

      @media (min-width: 64.01rem) {
        :host([slim]) regulens-device {
          flex: none;
        }
      }

      ::slotted(*) {
        flex: 1 1 auto;
        min-width: 0;
      }

      @media (max-width: 64rem) {
        /* The source of the results stands in a line of its own, and only that stays in view. */
        :host([slim]) {
          --line: calc(var(--control-height) + var(--space-2));
          inset-block-start: calc(-1 * var(--line));
        }

        :host([slim]) .bar {
          flex-wrap: wrap;
        }

        :host([slim]) h1 {
          margin-inline-end: auto;
        }

        ::slotted(*) {
          order: 1;
          flex-basis: 100%;
        }
      }

      @media (max-width: 64rem) and (pointer: coarse) {
        :host([slim]) {
          --line: calc(var(--touch-target) + var(--space-2));
        }
      }

      .purpose {
        max-width: none;
        margin-block-start: var(--space-3);
        font-size: clamp(var(--text-lg), 2.2vw, var(--text-xl));
        line-height: var(--leading-snug);
        letter-spacing: var(--tracking-tight);
        text-wrap: balance;
      }

      .promise {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        margin-block-start: var(--space-1);
        color: var(--color-ink-muted);
        font-size: var(--text-sm);
      }

      .promise svg {
        flex: none;
        color: var(--color-good);
      }
    `,
  ];

  override render() {
    const { purpose, stays } = factsOfOpen(this.state.model);
    return html`<header>
      <div class="bar">
        <h1>${mark} <span class="name">Regulens</span></h1>
        <slot></slot>
        <regulens-device .session=${this.session} .state=${this.state}></regulens-device>
        <regulens-workspace-menu .state=${this.state} .workspaces=${this.workspaces}></regulens-workspace-menu>
        <regulens-theme-button .setting=${this.theme}></regulens-theme-button>
      </div>
      ${
        this.slim
          ? nothing
          : html`<p class="purpose">${purpose}</p>
              <p class="promise">
                ${lock}
                <span>Nothing leaves this computer: ${stays} read and analysed on it.</span>
              </p>`
      }
    </header>`;
  }
}
