/** The list of everything stored on this computer, with sizes and buttons. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import { controls } from "../ui/styles/shared";
import { Subscription } from "../ui/subscription";
import { bytes, counted } from "../ui/words";
import { deleteAll } from "../workspace/tab";
import type { Offline } from "./offline";

/** A line of the list. */
interface Line {
  readonly name: string;
  readonly bytes: number;
  readonly button: string;
  /** The button's accessible name, if its text is not enough. */
  readonly label?: string;
  readonly isBusy?: boolean;
  readonly press: () => unknown;
}

/** "Offline use and storage", folded at the foot of the page. */
@customElement("regulens-offline")
export class OfflinePanel extends LitElement {
  @property({ attribute: false }) offline: Offline | undefined;
  @internal() private problem: string | undefined;

  protected readonly subscription = new Subscription(this, () => this.offline);

  override render() {
    const { offline } = this;
    if (!offline) return nothing;
    const { phase, problem } = offline.state;
    return html`<details part="fold" @toggle=${this.#toggled}>
      <summary><strong>Offline use and storage</strong> <span class="muted">${inBrief(offline)}</span></summary>
      <div class="content">
        <p role="status">${phase === "kept" ? KEPT : "Not kept for offline use."} ${problem}</p>
        <!-- It scrolls: by keyboard too, and a reader hears what it is. -->
        <ul tabindex="0" aria-label="Kept on this computer">
          ${this.#lines(offline).map(
            ({ name, bytes: size, button, label, isBusy, press }) =>
              html`<li>
                <span class="name">${name}</span>
                <span class="number muted">${bytes(size)}</span>
                <button class="small" aria-label=${label ?? button} ?disabled=${isBusy} @click=${press}>
                  ${button}
                </button>
              </li>`,
          )}
        </ul>
        <p class="muted">${OWN_DATA}</p>
        ${this.problem ? html`<p role="alert">${this.problem}</p>` : nothing}
      </div>
    </details>`;
  }

  #lines(offline: Offline): Line[] {
    const { phase, page, models, listed, own, isKeepingRest } = offline.state;
    const remove = (name: string, size: number, press: () => unknown): Line => ({
      ...{ name, bytes: size, press },
      ...{ button: "Remove", label: `Remove ${name} from this computer` },
    });
    const lines: Line[] = [];
    const name = "The page, its examples and the engines that were used";
    if (phase === "kept") lines.push(remove(name, page.bytes, () => offline.removePage()));
    if (phase === "off" || phase === "keeping")
      lines.push({
        ...{ name, bytes: page.bytes, button: "Keep", label: "Keep this page for offline use" },
        ...{ isBusy: phase === "keeping", press: () => offline.keepPage() },
      });
    const forget = async (): Promise<void> => void (this.problem = await forgetOwnData());
    lines.push({ name: "Your own files and results, of all tabs", bytes: own, button: FORGET, press: forget });
    const { missing } = offline;
    const rest = missing.reduce((sum, { bytes }) => sum + bytes, page.missing);
    if (phase === "kept" && rest > 0)
      lines.push({
        name: `Not yet kept: ${counted(missing.length, "other model file")}, and what else the page can load`,
        ...{ bytes: rest, button: "Keep everything", isBusy: isKeepingRest, press: () => offline.keepRest() },
      });
    for (const { sha256, bytes, whole } of models) {
      const file = listed.find((file) => file.sha256 === sha256);
      const name = file?.name ?? `Not in this version's list: ${sha256.slice(0, 12)}…`;
      lines.push(remove(whole ? name : `Part of ${name}`, bytes, () => offline.removeModel(sha256)));
    }
    return lines;
  }

  #toggled = ({ target }: Event): void => {
    if ((target as HTMLDetailsElement).open) void this.offline?.refresh();
  };

  static override styles = [
    controls,
    css`
      :host {
        margin-block-end: var(--space-5);
        color: var(--color-ink);
        font-size: var(--text-sm);
        line-height: var(--leading-normal);
      }

      details {
        border: var(--border);
        border-radius: var(--radius-lg);
        background: var(--color-surface);
      }

      summary {
        padding: var(--space-1) var(--space-4);
        cursor: pointer;
      }

      .content {
        display: grid;
        gap: var(--space-4);
        padding: var(--space-2) var(--space-4) var(--space-4);
      }

      p {
        max-width: var(--measure);
      }

      ul {
        max-height: 24rem;
        overflow: auto;
        border: var(--border);
        border-radius: var(--radius-md);
      }

      li {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-1) var(--space-3);
        padding: var(--space-1) var(--space-3);
      }

      li + li {
        border-block-start: var(--border);
      }

      .name {
        flex: 1 1 16rem;
        overflow-wrap: anywhere;
      }
    `,
  ];
}

const KEPT =
  "This page works without a network: its program, its examples, the engines and the models that were used are kept " +
  "on this computer, each file checked by its SHA-256. A new version is fetched at a visit, beside this one, and takes " +
  "over when you say so, or once every tab with this page has been closed.";

function inBrief({ state, missing }: Offline): string {
  const { phase, page, models, listed } = state;
  const size = bytes(models.reduce((sum, { bytes }) => sum + bytes, page.bytes));
  if (phase === "kept")
    return (
      `works without a network, with ${listed.length - missing.length} of ${counted(listed.length, "model file")}; ` +
      `${size} kept on this computer`
    );
  return phase === "keeping" ? "being kept" : phase === "starting" ? "" : "not kept for offline use";
}

const OWN_DATA = `Your own files and results: while a tab is open, what is on it also stands in this browser's own store on this computer, so
  that a reload brings it back. It never leaves this computer. It is deleted once the tab has been closed or has gone to
  another page: by another open tab of this page within some minutes, else when this page is next opened. Until then it
  may remain on this computer. A tab that crashed, or that the browser ended to save memory, counts as closed from when
  this page is next open, and its data go a minute later.`;

/** Label of the button that deletes them. */
const FORGET = "Forget my data now";

const QUESTION =
  "Delete what all tabs of this page have stored in this browser, and empty this tab?\n\n" +
  "Other open tabs keep what they show, and may store it again. Until this tab is closed, its history may still name " +
  "genes and places that you looked at.";

/** Deletes the user's own data after confirmation; returns a sentence if that failed. */
async function forgetOwnData(): Promise<string | undefined> {
  if (!confirm(QUESTION)) return undefined;
  try {
    await deleteAll();
    location.replace(location.pathname);
    return undefined;
  } catch (cause) {
    const why = cause instanceof Error && cause.message ? ` (${cause.message.replace(/\.$/, "")})` : "";
    return (
      `This browser's store could not be opened${why}: nothing was deleted. What it may hold is deleted with this ` +
      "site's data, in the browser's settings."
    );
  }
}
