/** Explanations of one mark compared with a held-out track. */

import { css, html, nothing } from "lit";
import { customElement, state as internal } from "lit/decorators.js";
import { formatCount } from "../../plots/core/format";
import type { Cell } from "../../tasks/shared/cells";
import { takeFiles } from "../../tasks/shared/take-files";
import type { Drawing } from "../../ui/drawing";
import "../../ui/figure";
import { file as fileIcon } from "../../ui/icons";
import { errorNotice } from "../../ui/notice";
import { progressOf } from "../../ui/progress";
import { controls } from "../../ui/styles/shared";
import { counted } from "../../ui/words";
import { correlationDrawing, heldOutDrawing, profileName } from "../drawings";
import type { HeldOutAnalysis, HeldOutRequest, Over, Profile } from "../result";
import type { CheckPart } from "./explanations";
import { CheckPanel, pairStyles, panelStyles } from "./panel";
import type { UnseenMarks } from "./set";

/** Maximum number of unmatched genes listed by name. */
const LISTED = 200;
/** The mark of the paper's table 3. */
const USUAL_MARK = "H3K4me3";

/** A held-out track. */
interface Track {
  readonly key: string;
  readonly track: string;
  readonly second: boolean;
  readonly name: string;
}

/** A held-out track and every explanation of a mark. */
@customElement("regulens-held-out")
export class HeldOutPanel extends CheckPanel {
  /** Choices for the comparison; undefined ones use defaults. */
  @internal() private mark: string | undefined;
  @internal() private track: string | undefined;
  @internal() private over: Over | undefined;
  @internal() private cell: Cell | undefined;
  @internal() private high = true;
  @internal() private profile: Profile["kind"] | undefined;
  /** Drawings by their subject, so that figures are not redrawn needlessly. */
  #drawings = new WeakMap<object, Drawing>();

  static override styles = [
    controls,
    panelStyles,
    pairStyles,
    css`
      .drop {
        display: grid;
        gap: var(--space-3);
        padding: var(--space-3) var(--space-4);
        border: 1px dashed var(--color-line-strong);
        border-radius: var(--radius-md);
      }

      details {
        font-size: var(--text-sm);
      }

      summary {
        cursor: pointer;
      }

      details p {
        margin-block-start: var(--space-2);
        max-height: 8rem;
        overflow: auto;
      }
    `,
  ];

  override render() {
    const { of } = this;
    const { doing, heldOut } = this.checks.state;
    const busy = doing.heldOut !== undefined || doing.reading !== undefined;
    const isPair = of.tables.length > 1;
    return html`<div
      class="panel"
      role="group"
      aria-labelledby="held-out"
      @dragover=${this.#dragOver}
      @drop=${this.#drop}
    >
      <h4 id="held-out">Against a mark that the model did not see</h4>
      <p class="small muted">
        Does an explanation of one mark lie where another active mark, such as H3K27ac, lies? Correlated bin by bin over
        the window, beside what explains nothing: the mark’s own mean
        signal${isPair ? ", its difference between the cell types" : ""}, nearness to the TSS, and a uniform profile.
        Importance is averaged over the genes
        ${isPair ? `${of.classes[0].called}, or over those ${of.classes[1].called}; mark and track are of one cell type` : of.classes[0].called}.
      </p>
      <div class="drop">${this.#tables(busy)}</div>
      ${this.#request(busy)} ${this.#going("heldOut", "The track could not be compared")}
      ${heldOut ? this.#correlated(heldOut) : nothing}
    </div>`;
  }

  /** The table of the selected cell type; by default B for a change. */
  get #table(): UnseenMarks {
    const { tables } = this.of;
    return tables.find(({ cell }) => cell === this.cell) ?? tables.at(-1)!;
  }

  /** Held-out tracks, by table. */
  get #tracks(): readonly Track[] {
    const { second } = this.checks.state;
    const unseen = (second?.marks ?? []).filter((mark) => !this.of.marks.includes(mark));
    return [
      ...this.#table.unseen.map((track) => ({ key: `first ${track}`, track, second: false, name: track })),
      ...unseen.map((track) => ({
        ...{ key: `second ${track}`, track, second: true },
        name: `${track} (${second!.file})`,
      })),
    ];
  }

  /** Renders the tables that tracks come from. */
  #tables(busy: boolean) {
    const { of } = this;
    const { second } = this.checks.state;
    const { file, unseen } = this.#table;
    const about = second
      ? html`<p class="small">
          <strong>${second.file}</strong>: ${counted(second.matched, "gene")} of ${formatCount(of.genes.length)} matched
          by name.
          ${second.marks.some((mark) => !of.marks.includes(mark)) ? nothing : html`<span>It has no mark besides those of the model.</span>`}
        </p>`
      : html`<p class="small">
          ${unseen.length > 0 ? `${file} has ${unseen.join(", ")} besides the model’s marks.` : `${file} has no mark besides those of the model.`}
          A second table over the same genes and windows can bring one: drop it here, or choose it.
        </p>`;
    const unmatched = second?.unmatched ?? [];
    return html`${about}
      ${
        unmatched.length > 0
          ? html`<details>
              <summary>${counted(unmatched.length, "gene")} not in it</summary>
              <p class="mono">
                ${unmatched.slice(0, LISTED).join(", ")}${unmatched.length > LISTED ? `, and ${formatCount(unmatched.length - LISTED)} more` : nothing}
              </p>
            </details>`
          : nothing
      }
      <div class="choices">
        <label class="button"
          >${fileIcon} Choose a second table… <input type="file" ?disabled=${busy} @change=${this.#chooseFile}
        /></label>
      </div>
      ${this.#going("reading", "The second table could not be used")}`;
  }

  /** Renders the choices for comparing a mark with a track. */
  #request(busy: boolean) {
    const { of } = this;
    const tracks = this.#tracks;
    const chosen = tracks.find(({ key }) => key === this.track) ?? tracks.at(-1);
    const isPair = of.tables.length > 1;
    // The genes of the paper's table 3 are those predicted on.
    const ofClass = of.classes[isPair && !this.high ? 1 : 0];
    const over = ofClass.labelled === undefined ? "predicted" : (this.over ?? "labelled");
    const mark =
      this.mark !== undefined && of.marks.includes(this.mark)
        ? this.mark
        : (of.marks.find((each) => each === USUAL_MARK) ?? of.marks[0]!);
    const cells = isPair
      ? this.#select(
          "Cell type",
          of.tables.map(({ cell, name }) => [cell!, name]),
          this.#table.cell!,
          busy,
          (cell) => (this.cell = cell as Cell),
        )
      : nothing;
    if (!chosen) return isPair ? html`<div class="choices">${cells}</div>` : nothing;
    const request: HeldOutRequest = {
      ...{ mark, track: chosen.track, second: chosen.second, over, class: ofClass.name },
      cell: this.#table.cell,
    };
    return html`<div class="choices">
      ${cells}
      ${this.#select(
        "Held-out track",
        tracks.map(({ key, name }) => [key, name]),
        chosen.key,
        busy,
        (key) => (this.track = key),
      )}
      ${this.#select(
        "Mark of the model",
        of.marks.map((each) => [each, each]),
        mark,
        busy,
        (each) => (this.mark = each),
      )}
      ${
        isPair
          ? this.#select(
              "Genes",
              of.classes.map(({ name, called }) => [name, called]),
              ofClass.name,
              busy,
              (name) => (this.high = name === of.classes[0].name),
            )
          : nothing
      }
      ${this.#select(
        "Track averaged over",
        [
          ...(ofClass.labelled === undefined ? [] : [["labelled", `genes ${ofClass.labelled}`] as const]),
          ["predicted", `genes ${ofClass.called}`],
        ],
        over,
        busy,
        (each) => (this.over = each as Over),
      )}
      <button ?disabled=${busy} @click=${() => void this.checks.holdOut(request)}>Correlate</button>
    </div>`;
  }

  #correlated(heldOut: HeldOutAnalysis) {
    const { of } = this;
    const { profiles, mark, track } = heldOut;
    const profile = profiles.find(({ kind }) => kind === this.profile) ?? profiles[0]!;
    const ofClass = of.classes.find(({ name }) => name === heldOut.class)!;
    if (heldOut.genes === 0)
      return html`<p class="small">No gene is ${ofClass.called}, so that there is nothing to average.</p>`;
    if (heldOut.signalGenes === 0)
      return html`<p class="small">
        No gene is ${heldOut.over === "labelled" ? ofClass.labelled : ofClass.called} in the table of ${track}.
      </p>`;
    return html`<div class="two">
      <div>
        <div class="choices">
          ${this.#select(
            "Drawn below the track",
            profiles.map((each) => [each.kind, profileName(each, heldOut)]),
            profile.kind,
            false,
            (kind) => (this.profile = kind as Profile["kind"]),
          )}
        </div>
        ${this.#figure(`${track} and ${mark}`, profile, () => heldOutDrawing(of, heldOut, profile))}
      </div>
      ${this.#figure(`correlations of ${mark} with ${track}`, heldOut, () => correlationDrawing(of, heldOut))}
    </div>`;
  }

  #select(
    name: string,
    options: readonly (readonly [value: string, text: string])[],
    chosen: string,
    disabled: boolean,
    choose: (value: string) => void,
  ) {
    return html`<label
      >${name}
      <select ?disabled=${disabled} @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}>
        ${options.map(([value, text]) => html`<option value=${value} ?selected=${value === chosen}>${text}</option>`)}
      </select>
    </label>`;
  }

  /** Progress and problem of a part. */
  #going(part: CheckPart, failed: string) {
    const { doing, problems } = this.checks.state;
    return html`${progressOf(doing[part], () => this.checks.cancel(part))}
    ${errorNotice(failed, problems[part], () => this.checks.dismiss(part))}`;
  }

  #figure(label: string, of: object, draw: () => Drawing) {
    let drawing = this.#drawings.get(of);
    if (!drawing) this.#drawings.set(of, (drawing = draw()));
    return html`<regulens-figure
      label=${label}
      table=${this.of.file}
      .drawing=${drawing}
      .provenance=${this.provenance}
    ></regulens-figure>`;
  }

  #chooseFile = (event: Event): void => {
    const [chosen] = takeFiles(event);
    if (chosen) void this.checks.readSecond(chosen);
  };

  #dragOver = (event: DragEvent): void => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  };

  #drop = (event: DragEvent): void => {
    const dropped = event.dataTransfer?.files[0];
    if (!dropped) return;
    event.preventDefault();
    void this.checks.readSecond(dropped);
  };
}
