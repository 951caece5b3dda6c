/** The device that computes, and why; and the choice of another. */

import type { Activity } from "../rpc/working";
import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { DeviceChoice, DeviceReport } from "../../../pkg/src/index";
import type { Session } from "../session/session";
import { type State, waitsForDevice } from "../session/state";
import { progressInWords } from "../ui/words";
import { chevron, chip } from "../ui/icons";
import { MenuClosing, menuStyles } from "../ui/menu";
import { pillStyles } from "../ui/styles/pill";
import { controls } from "../ui/styles/shared";

const CHOICES: readonly { readonly choice: DeviceChoice; readonly name: string; readonly note: string }[] = [
  { choice: "auto", name: "Automatic", note: "WebGPU or the CPU, whichever is faster here" },
  { choice: "webgpu", name: "WebGPU", note: "Whatever graphics adapter there is, even one in software" },
  { choice: "cpu", name: "CPU", note: "Always there" },
];

/**
 * The device in a few words: "CPU", "CPU, 4 workers", "WebGPU · Apple M2", "WebGPU · google swiftshader (software)".
 */
export function deviceInWords(device: DeviceReport): string {
  if (device.kind === "cpu") return device.workers && device.workers > 1 ? `CPU, ${device.workers} workers` : "CPU";
  return `WebGPU · ${device.adapter}${device.software ? " (software)" : ""}`;
}

/** Names the device that computes now, or says that none does yet. */
function deviceNow(state: State): string {
  if (waitsForDevice(state)) return "Getting a device ready…";
  return state.device ? deviceInWords(state.device) : "No device yet";
}

/** A chip that names the device and opens the choice. */
@customElement("regulens-device")
export class DeviceMenu extends LitElement {
  @property({ attribute: false }) session!: Session;
  @property({ attribute: false }) state!: State;

  static override styles = [
    controls,
    menuStyles,
    pillStyles,
    css`
      summary {
        max-width: min(24rem, 100%);
      }

      summary > .name {
        overflow: hidden;
        line-height: var(--leading-snug);
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      .menu {
        width: min(25rem, calc(100vw - 2 * var(--page-gutter)));
      }

      label {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 0 var(--space-3);
        align-items: start;
        padding-block: var(--space-2);
        cursor: pointer;
      }

      label input {
        margin-block-start: 0.2em;
      }

      label span:last-child {
        grid-column: 2;
      }

      legend {
        padding: 0 0 var(--space-1);
        font-weight: var(--weight-strong);
      }

      .report {
        padding-block-start: var(--space-3);
        border-block-start: var(--border);
        overflow-wrap: anywhere;
      }

      /* Where there is little room, the name matters more than the picture of a chip. */
      @media (max-width: 34rem) {
        summary > svg:first-child {
          display: none;
        }

        .rest {
          position: absolute;
          width: 1px;
          height: 1px;
          overflow: hidden;
          clip-path: inset(50%);
        }

        details {
          position: static;
        }

        .menu {
          inset: 4rem var(--page-gutter) auto;
          width: auto;
        }
      }
    `,
  ];

  constructor() {
    super();
    new MenuClosing(this);
  }

  override render() {
    const { device, choice, isRunning, doing } = this.state;
    const [name, ...rest] = deviceNow(this.state).split(/(?=, | · | yet$)/);
    return html`<details>
      <summary class="button pill">
        ${chip}
        <span class="name"
          ><span class="visually-hidden">Device: </span>${name}<span class="rest">${rest.join("")}</span></span
        >
        ${chevron}
      </summary>
      <div class="menu">
        <fieldset ?disabled=${isRunning}>
          <legend>Compute on</legend>
          ${CHOICES.map(
            ({ choice: each, name, note }) =>
              html`<label>
                <input
                  type="radio"
                  name="device"
                  .checked=${each === choice}
                  @change=${() => void this.session.chooseDevice(each)}
                />
                <span>${name}</span>
                <span class="small muted">${note}</span>
              </label>`,
          )}
        </fieldset>
        ${
          device
            ? html`<div class="report small">
                <p><strong>Now: ${deviceInWords(device)}.</strong> ${device.reason}</p>
                ${doing.device ? html`<p class="muted">${this.#trying(doing.device)}</p>` : nothing}
                ${
                  device.adapter
                    ? html`<p class="muted">
                        Adapter: ${device.adapter}${device.software ? ", a software adapter" : ""}
                      </p>`
                    : nothing
                }
              </div>`
            : nothing
        }
      </div>
    </details>`;
  }

  /** Progress of the search for a device: "Loading the WebGPU engine: 1.2 MB of 2.3 MB". */
  #trying(readying: Activity): string {
    const { text, detail } = progressInWords(readying, performance.now());
    return `${text}${detail ? `: ${detail}` : "…"}`;
  }
}
