/**
 * The files that a workspace needs before it can be restored, requested by name and checked by content; and the
 * outcome.
 */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { isThere, roleInWords, type Want } from "./files";
import type { Opened, Workspaces } from "./workspaces";
import { bytes, percent } from "../ui/words";
import { dialogStyles } from "../ui/styles/dialog";
import { Subscription } from "../ui/subscription";
import { check, close, file as fileIcon, warning } from "../ui/icons";
import { errorNotice } from "../ui/notice";
import { controls } from "../ui/styles/shared";
import { takeFiles } from "../tasks/shared/take-files";

/** The dialog, and the messages that stay on the page. */
@customElement("regulens-workspace")
export class WorkspaceDialog extends LitElement {
  @property({ attribute: false }) workspaces: Workspaces | undefined;
  @query("dialog") private dialog!: HTMLDialogElement | null;

  protected readonly subscription = new Subscription(this, () => this.workspaces);

  static override styles = [
    controls,
    dialogStyles,
    css`
      ul {
        display: grid;
        gap: 1px;
        border: var(--border);
        border-radius: var(--radius-md);
        background: var(--color-line);
        overflow: hidden;
      }

      li {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: var(--space-1) var(--space-3);
        align-items: start;
        padding: var(--space-3);
        background: var(--color-surface);
        font-size: var(--text-sm);
        line-height: var(--leading-snug);
        overflow-wrap: anywhere;
      }

      li svg {
        color: var(--color-ink-faint);
      }

      li.there svg {
        color: var(--color-good);
      }

      li.other svg {
        color: var(--color-warning);
      }

      .place {
        display: grid;
        justify-items: center;
        gap: var(--space-2);
        padding: var(--space-4);
        border: 1.5px dashed var(--color-line-strong);
        border-radius: var(--radius-md);
        background: var(--color-surface-sunken);
        text-align: center;
      }

      .message {
        margin-block-end: var(--space-4);
      }
    `,
  ];

  override updated(): void {
    const { dialog } = this;
    const isOpened = this.workspaces?.state.opened !== undefined;
    if (isOpened && dialog && !dialog.open) dialog.showModal();
    if (!isOpened && dialog?.open) dialog.close();
  }

  override render() {
    const { workspaces } = this;
    if (!workspaces) return nothing;
    const { opened, news, isResumed, refused, before, restoring, problem, announcement } = workspaces.state;
    return html`
      <div class="visually-hidden" role="status" aria-live="polite">${announcement}</div>
      ${
        opened || !problem
          ? nothing
          : html`<div class="message">
              ${errorNotice("This workspace could not be opened", problem, () => workspaces.dismiss(), 2)}
            </div>`
      }
      ${
        restoring
          ? html`<regulens-notice class="message" tone="info" level="2" heading="The workspace is being restored"
              ><p>Its models are opened and run again.</p></regulens-notice
            >`
          : nothing
      }
      ${
        !restoring && news
          ? html`<regulens-notice
              class="message"
              tone=${news.missing.length > 0 ? "warning" : "info"}
              level="2"
              heading=${news.heading}
              ?quiet=${news.isExpected === true && news.missing.length === 0}
              dismissible
              @dismiss=${() => workspaces.dismiss()}
            >
              ${news.missing.map((line) => html`<p>${line}</p>`)}
              ${
                before
                  ? html`<p>
                      What was on the page before can be had back, until you close this message or open another
                      workspace.
                      <button class="small" @click=${() => void workspaces.goBack()}>Back to what was before</button>
                    </p>`
                  : nothing
              }
              ${
                refused
                  ? html`<p>
                      The browser reads ${refused.refused.map(({ file }) => file).join(", ")} again when you allow it.
                      <button class="small" @click=${() => void workspaces.askAgain()}>Ask again</button>
                    </p>`
                  : nothing
              }
              ${
                isResumed
                  ? html`<p>
                      It also stands in this browser's store until this tab is closed; another open tab of this page
                      deletes it some minutes later, or else the next visit does.
                      <button class="small" @click=${() => void workspaces.startAfresh()}>Start afresh</button>
                    </p>`
                  : nothing
              }
            </regulens-notice>`
          : nothing
      }
      <dialog aria-labelledby="title" @cancel=${this.#cancel}>
        ${opened ? this.#asking(workspaces, opened) : nothing}
      </dialog>
    `;
  }

  #asking(workspaces: Workspaces, { file, workspace, wants, replaces, unasked }: Opened) {
    const { hashing, problem } = workspaces.state;
    const open = wants.filter((want) => !isThere(want));
    const isAsking = wants.some(({ standing }) => standing !== "site" && standing !== "inside" && standing !== "made");
    const noun = open.length === 1 ? "file" : "files";
    return html`<article>
      <header>
        <div>
          <h2 id="title">Open ${file}</h2>
          <p class="small muted">Saved by ${workspace.program} on ${workspace.date.slice(0, 10)}.</p>
        </div>
        <button class="quiet" aria-label="Close without opening" @click=${() => workspaces.close()}>${close}</button>
      </header>
      ${
        isAsking
          ? html`<p class="small">
              A workspace names its files; it does not hold them.
              ${
                open.length > 1
                  ? "Give it the files below, together or one by one."
                  : open.length === 1
                    ? "Give it the file that is missing."
                    : "All of them are there."
              }
            </p>`
          : nothing
      }
      <ul aria-label="Files of the workspace">
        ${wants.map((want) => this.#want(workspaces, want))}
      </ul>
      ${
        isAsking
          ? html`<div class="place">
              <p>Drop the ${noun} here</p>
              <label class="button">
                ${fileIcon} Choose ${noun}…
                <input type="file" multiple @change=${this.#choose} />
              </label>
            </div>`
          : nothing
      }
      ${
        hashing
          ? html`<p class="small" role="status">
              Reading ${hashing.name}: ${percent(hashing.share)}
              <button class="quiet small" @click=${() => workspaces.cancel()}>Cancel</button>
            </p>`
          : nothing
      }
      ${
        unasked.length > 0
          ? html`<regulens-notice tone="warning" heading="Not asked for"
              ><p>${unasked.join(", ")}: neither the name nor the content is that of a file above.</p></regulens-notice
            >`
          : nothing
      }
      ${errorNotice("This file could not be read", problem, () => workspaces.dismiss())}
      ${
        replaces
          ? html`<regulens-notice tone="info" heading="This replaces what is on the page"
              ><p>Save it first, or undo afterwards.</p></regulens-notice
            >`
          : nothing
      }
      <div class="actions">
        <button class="primary" ?disabled=${hashing !== undefined} @click=${() => void workspaces.restore()}>
          ${open.length > 0 ? "Open without what is missing" : "Open"}
        </button>
        ${
          replaces
            ? html`<button ?disabled=${hashing !== undefined} @click=${() => void workspaces.save()}>
                Save what is on the page
              </button>`
            : nothing
        }
        <button class="quiet" @click=${() => workspaces.close()}>Do not open</button>
      </div>
    </article>`;
  }

  #want(workspaces: Workspaces, want: Want) {
    const { name, role, bytes: size, sha256, standing, found } = want;
    const there = isThere(want);
    const says = {
      site: "This site has it.",
      inside: "It is in the workspace.",
      made: "It was too large for the workspace, and can be made again.",
      found: "It is there, with the same content.",
      accepted: "A file with other content is taken.",
      other: html`<strong>Found other content:</strong> its SHA-256 begins with <code>${found?.slice(0, 12)}</code>.
        Results may differ.`,
      wanted: "It is not there yet.",
    }[standing];
    return html`<li class=${there ? "there" : standing}>
      ${there ? check : standing === "other" ? warning : fileIcon}
      <div>
        <p><strong>${name}</strong>, ${roleInWords(role)}</p>
        <p class="muted">${bytes(size)}, SHA-256 <code>${sha256.slice(0, 12)}</code></p>
        <p>
          ${says}
          ${
            standing === "other"
              ? html`<button class="small" @click=${() => workspaces.takeAnyway(want)}>Use it anyway</button>`
              : nothing
          }
        </p>
      </div>
    </li>`;
  }

  #choose = (event: Event): void => {
    const files = takeFiles(event);
    void this.workspaces?.give(files.map((file) => ({ file, name: file.name })));
  };

  #cancel = (event: Event): void => {
    event.preventDefault();
    this.workspaces?.close();
  };
}
