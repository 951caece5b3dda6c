/**
 * What explains the predictions of a whole set, and whether that matters: deletion tests and explanations on average,
 * class optimisation, and a track that the model did not see.
 */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import type { Provenance } from "../export";
import { formatCount } from "../plots";
import { type Explanations, type Part, PUBLISHED } from "./explanations";
import { counted } from "../ui/words";
import type { HeldOutAnalysis, Over, Profile } from "./result";
import type { ExplainedSet } from "./set/set";
import "./set/means";
import { panelStyles } from "./set/panel";
import "./set/test";
import type { SetExplanations } from "./set/explanations";
import type { FinishedRun } from "../tasks/on-off/result";
import type { Drawing } from "../ui/drawing";
import { classDrawing, correlationDrawing, heldOutDrawing, profileName, settingsInWords } from "./drawings";
import "../ui/figure";
import { explainedSet } from "../tasks/on-off/explained-set";
import { Following } from "../ui/following";
import { file as fileIcon } from "../ui/icons";
import { errorNotice } from "../ui/notice";
import { progressOf } from "../ui/progress";
import { controls, shared } from "../ui/styles/shared";
import { takeFiles } from "../tasks/shared/take-files";

/** Unmatched genes that are listed by name. */
const LISTED = 200;
/** The paper's table 3. */
const USUAL_MARK = "H3K4me3";

/** Analyses of the set. */
@customElement("regulens-analyses")
export class Analyses extends LitElement {
  @property({ attribute: false }) run!: FinishedRun;
  @property({ attribute: false }) explanations!: Explanations;
  @property({ attribute: false }) set!: SetExplanations;
  @property({ attribute: false }) provenance!: Provenance;
  @internal() private called: "on" | "off" = "on";
  /** What to hold against each other; what is not chosen is the first there is. */
  @internal() private mark: string | undefined;
  @internal() private track: string | undefined;
  @internal() private over: Over | undefined;
  @internal() private profile: Profile["kind"] | undefined;
  /** The run as a set to explain. */
  private of!: ExplainedSet;
  /** Drawings by what they are of, so that figures keep theirs. */
  #drawings = new WeakMap<object, Drawing>();

  constructor() {
    super();
    new Following(this, () => this.explanations);
  }

  static override styles = [
    shared,
    controls,
    panelStyles,
    css`
      :host {
        container-type: inline-size;
      }

      section {
        display: grid;
        gap: var(--space-4);
      }

      .intro {
        max-width: var(--measure);
      }

      .two {
        display: grid;
        gap: var(--space-4);
        align-items: start;
      }

      @container (min-width: 50rem) {
        .two {
          grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
        }
      }

      input[type="number"] {
        width: 6.5rem;
        padding-inline: var(--space-2);
      }

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

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has("run")) this.of = explainedSet(this.run);
    this.explanations.follow(this.run);
  }

  override render() {
    const { explanations, set, of, provenance } = this;
    return html`<section aria-labelledby="title">
      <h3 id="title">Do the explanations matter?</h3>
      <p class="intro small muted">
        An explanation says that a prediction depends on the bins it points at. Here that is put to the test. All of it
        is computed on the CPU, also where predictions ran on WebGPU.
      </p>
      <div class="two">
        <regulens-set-test .set=${set} .of=${of} .provenance=${provenance}>
          ${explanations.state.maps ? nothing : "Class optimisation takes part once its inputs are found."}
        </regulens-set-test>
        ${this.#classes()}
      </div>
      <regulens-set-means .set=${set} .of=${of} .provenance=${provenance}></regulens-set-means>
      ${this.#heldOut()}
    </section>`;
  }

  #classes() {
    const { explanations, called } = this;
    const { settings, maps, doing } = explanations.state;
    const busy = doing.classes !== undefined;
    const number = (name: "lambda" | "steps" | "seed", text: string, step: string, max: string) =>
      html`<label
        >${text}
        <input
          type="number"
          min=${name === "steps" ? 1 : 0}
          max=${max}
          step=${step}
          .value=${String(settings[name])}
          ?disabled=${busy}
          @change=${(event: Event) => this.#adjust(name, event)}
        />
      </label>`;
    const isPublished = settings.lambda === PUBLISHED.lambda && settings.steps === PUBLISHED.steps;
    return html`<div class="panel" role="group" aria-labelledby="classes">
      <h4 id="classes">Class optimisation</h4>
      <p class="small muted">
        The inputs that the model is most sure are on, and off: found by descent from a random start, for each class and
        no gene in particular.
        ${isPublished ? "λ and steps are as DeepChrome published them." : `Published: ${settingsInWords(PUBLISHED)}.`}
      </p>
      <div class="choices">
        ${number("lambda", "λ, weight of ‖X‖²", "any", "100")} ${number("steps", "Steps", "1", "100000")}
        ${number("seed", "Seed", "1", "4294967295")}
        <button ?disabled=${busy} @click=${() => void explanations.optimise()}>Find both inputs</button>
      </div>
      ${this.#going("classes", "The inputs could not be found")}
      ${
        maps
          ? html`<div class="choices">
                <label
                  >Class
                  <select
                    @change=${(event: Event) => (this.called = (event.target as HTMLSelectElement).value as "on" | "off")}
                  >
                    ${(["on", "off"] as const).map((each) => html`<option value=${each} ?selected=${each === called}>${each}</option>`)}
                  </select>
                </label>
              </div>
              ${this.#figure(`class optimisation of the class ${called}`, maps[called], () => classDrawing(this.run, maps, called))}`
          : nothing
      }
    </div>`;
  }

  /** Tracks that the model does not see, by where they are. */
  #tracks(): { readonly key: string; readonly track: string; readonly second: boolean; readonly name: string }[] {
    const { run } = this;
    const { second } = this.explanations.state;
    const unseen = (marks: readonly string[]): readonly string[] => marks.filter((mark) => !run.marks.includes(mark));
    return [
      ...unseen(run.table.marks).map((track) => ({ key: `first ${track}`, track, second: false, name: track })),
      ...unseen(second?.marks ?? []).map((track) => ({
        key: `second ${track}`,
        track,
        second: true,
        name: `${track} (${second?.file})`,
      })),
    ];
  }

  #heldOut() {
    const { run, explanations } = this;
    const { second, doing, heldOut } = explanations.state;
    const tracks = this.#tracks();
    const chosen = tracks.find(({ key }) => key === this.track) ?? tracks.at(-1);
    const mark =
      this.mark !== undefined && run.marks.includes(this.mark)
        ? this.mark
        : (run.marks.find((each) => each === USUAL_MARK) ?? run.marks[0]);
    const over =
      this.over === "labelled-on" && !run.table.labels
        ? "predicted-on"
        : (this.over ?? (run.table.labels ? "labelled-on" : "predicted-on"));
    const busy = doing.heldOut !== undefined || doing.reading !== undefined;
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
        the window, beside what explains nothing: the mark’s own mean signal, nearness to the TSS, and a uniform
        profile. Importance is averaged over the genes predicted on.
      </p>
      <div class="drop">
        ${
          second
            ? html`<p class="small">
                <strong>${second.file}</strong>: ${counted(second.matched, "gene")} of
                ${formatCount(run.table.genes.length)} matched by name.
                ${this.#tracks().some((track) => track.second) ? nothing : html`<span>It has no mark besides those of the model.</span>`}
              </p>`
            : html`<p class="small">
                ${tracks.length > 0 ? `${run.table.file} has ${tracks.map(({ name }) => name).join(", ")} besides the model’s marks.` : `${run.table.file} has no mark besides those of the model.`}
                A second table over the same genes and windows can bring one: drop it here, or choose it.
              </p>`
        }
        ${
          second && second.unmatched.length > 0
            ? html`<details>
                <summary>${counted(second.unmatched.length, "gene")} not in it</summary>
                <p class="mono">
                  ${second.unmatched.slice(0, LISTED).join(", ")}${second.unmatched.length > LISTED ? `, and ${formatCount(second.unmatched.length - LISTED)} more` : nothing}
                </p>
              </details>`
            : nothing
        }
        <div class="choices">
          <label class="button"
            >${fileIcon} Choose a second table… <input type="file" ?disabled=${busy} @change=${this.#chooseFile}
          /></label>
        </div>
        ${this.#going("reading", "The second table could not be used")}
      </div>
      ${
        chosen
          ? html`<div class="choices">
              ${this.#select(
                "Held-out track",
                tracks.map(({ key, name }) => [key, name]),
                chosen.key,
                busy,
                (key) => (this.track = key),
              )}
              ${this.#select(
                "Mark of the model",
                run.marks.map((each) => [each, each]),
                mark,
                busy,
                (each) => (this.mark = each),
              )}
              ${this.#select(
                "Track averaged over",
                [
                  ...(run.table.labels ? [["labelled-on", "genes labelled on"] as const] : []),
                  ["predicted-on", "genes predicted on"],
                ],
                over,
                busy,
                (each) => (this.over = each as Over),
              )}
              <button
                ?disabled=${busy}
                @click=${() => void explanations.holdOut({ mark, track: chosen.track, second: chosen.second, over })}
              >
                Correlate
              </button>
            </div>`
          : nothing
      }
      ${this.#going("heldOut", "The track could not be compared")} ${heldOut ? this.#correlated(heldOut) : nothing}
    </div>`;
  }

  #correlated(heldOut: HeldOutAnalysis) {
    const { profiles, mark, track } = heldOut;
    const profile = profiles.find(({ kind }) => kind === this.profile) ?? profiles[0];
    if (heldOut.genes === 0)
      return html`<p class="small">No gene is predicted on, so that there is nothing to average.</p>`;
    if (heldOut.signalGenes === 0)
      return html`<p class="small">
        No gene is ${heldOut.over === "labelled-on" ? "labelled on" : "predicted on"} in the table of ${track}.
      </p>`;
    return html`<div class="two">
      <div>
        <div class="choices">
          ${this.#select(
            "Drawn below the track",
            profiles.map((each) => [each.kind, profileName(each)]),
            profile.kind,
            false,
            (kind) => (this.profile = kind as Profile["kind"]),
          )}
        </div>
        ${this.#figure(`${track} and ${mark}`, profile, () => heldOutDrawing(this.run, heldOut, profile))}
      </div>
      ${this.#figure(`correlations of ${mark} with ${track}`, heldOut, () => correlationDrawing(heldOut))}
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
  #going(part: Part, failed: string) {
    const { doing, problems } = this.explanations.state;
    return html`${progressOf(doing[part], () => this.explanations.cancel(part))}
    ${errorNotice(failed, problems[part], () => this.explanations.dismiss(part))}`;
  }

  #figure(label: string, of: object, draw: () => Drawing) {
    let drawing = this.#drawings.get(of);
    if (!drawing) this.#drawings.set(of, (drawing = draw()));
    return html`<regulens-figure
      label=${label}
      table=${this.run.table.file}
      .drawing=${drawing}
      .provenance=${this.provenance}
    ></regulens-figure>`;
  }

  #adjust(name: "lambda" | "steps" | "seed", event: Event): void {
    const input = event.target as HTMLInputElement;
    const { settings } = this.explanations.state;
    if (input.reportValidity() && input.value !== "")
      this.explanations.adjust({ ...settings, [name]: input.valueAsNumber });
    else input.value = String(settings[name]);
  }

  #chooseFile = (event: Event): void => {
    const [chosen] = takeFiles(event);
    if (chosen) void this.explanations.readSecond(chosen);
  };

  #dragOver = (event: DragEvent): void => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  };

  #drop = (event: DragEvent): void => {
    const dropped = event.dataTransfer?.files[0];
    if (!dropped) return;
    event.preventDefault();
    void this.explanations.readSecond(dropped);
  };
}
