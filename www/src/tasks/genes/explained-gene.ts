/** One gene of a run explained: the contributions to its prediction, and their deletion test. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import type { Provenance } from "../../export";
import { type Contrast, contrastOf, type TableModel } from "../../../../pkg/src/index";
import "../../explain/contrast-choice";
import { type Compared, contrastsOf, otherGene, setTo } from "../../explain/contrasts";
import { completenessSentence } from "../../explain/contributions";
import { sharesOf } from "../../explain/answer-words";
import type { MarkShares } from "../../explain/mark-shares";
import { deletionDrawing } from "../../explain/drawings";
import "../../explain/planted";
import type { Contributions, DeletionTest, Planted } from "../../explain/result";
import { deletionSentence } from "../../explain/deletion-words";
import type { Caller } from "../../rpc/rpc";
import { type PlainError, plainOf } from "../../rpc/errors";
import type { Drawing } from "../../ui/drawing";
import "../../ui/figure";
import { errorNotice } from "../../ui/notice";
import { shared } from "../../ui/styles/shared";
import { choiceStyles } from "../shared/choice-styles";
import { worthInWords } from "../shared/explanation-choice";
import { headingOf, type Symbols } from "../shared/genes/names";
import { geneStyles } from "../shared/genes/styles";
import { verdictStyles } from "../shared/verdict-styles";
import type { ExplainCalls } from "../../explain/calls";
import { contributionsKnown, contributionsOf } from "./contributions-known";
import type { AnswerOf } from "./answered";
import type { Explaining, GeneView } from "./gene";
import { SHOWN } from "./order";
import { type Along, fileOf, type GenesRun, type OneGene } from "./result";
import type { AnyWork } from "./session";

/** Worker calls that explain genes of a run. */
export type Explainer = Caller<Pick<ExplainCalls, "contributionsOfGene" | "testGene">>;

/** Cached tests: by run (or by the class maps included), and by planted truth. */
const testsOf = new WeakMap<object, WeakMap<object, Map<number, DeletionTest>>>();

function foundOf<Found>(of: WeakMap<object, Map<number, Found>>, what: object): Map<number, Found> {
  const found = of.get(what) ?? new Map<number, Found>();
  of.set(what, found);
  return found;
}

/** An outcome with explanations by contributions. */
export interface ExplainedBy<
  Run extends GenesRun = GenesRun,
  Gene extends OneGene = OneGene,
  Runner extends TableModel = TableModel,
> extends AnswerOf<Run, Gene, Runner> {
  /** Predicted quantity: "fold change". */
  readonly predicted: string;
  /** Name of the quantity that decreases as bins are removed. */
  readonly falls: string;
  /** Sentence on the direction in which decreases count; absent if it is always down. */
  readonly direction?: string;
}

/** Baselines for the genes of runs, if not their models' defaults. */
const baselines = new WeakMap<object, Compared>();

/** The baseline for a gene of a run; a gene that is the baseline of others is not compared with itself. */
function baselineOf(run: GenesRun, gene: OneGene): Compared {
  const chosen = baselines.get(run);
  if (chosen !== undefined && otherGene(chosen) !== run.genes[gene.index]) return chosen;
  baselines.delete(run);
  return contrastOf(run.model.card);
}

/** Explanations of a gene in its view, which shows attention or contributions. */
export function explainingBy(of: ExplainedBy, { page, own, checks, shares, state, tables }: AnyWork): Explaining {
  const { symbols } = tables.state;
  const explained = (view: GeneView, shown: "contributions" | "answer" | "test") =>
    html`<regulens-explained-gene
      shown=${shown}
      .of=${of}
      .run=${view.run}
      .gene=${view.gene!}
      .baseline=${baselineOf(view.run, view.gene!)}
      .shares=${shares}
      .worker=${page.worker}
      @explained=${() => view.requestUpdate()}
      .maps=${checks.state.maps}
      .planted=${state.planted}
      .symbols=${symbols}
      .provenance=${view.provenance}
    ></regulens-explained-gene>`;
  const choice = (name: string, chosen: Along) =>
    html`<fieldset class="compact">
      <legend class="visually-hidden">What is shown along ${name}</legend>
      ${SHOWN.map((each) => {
        const [question, method] =
          each === "alpha"
            ? ["What it looked at", "attention α"]
            : [`What the ${of.predicted} rests on`, "integrated gradients"];
        return html`<label title=${question}>
          <input type="radio" name="shown" .checked=${each === chosen} @change=${() => own.showAlong(each)} />
          <span class="visually-hidden">${question}: </span>${method}
        </label>`;
      })}
    </fieldset>`;
  return {
    along(view, tracks) {
      const isContributions = !view.isChanging && own.along() === "integrated-gradients";
      return html`${explained(view, isContributions ? "contributions" : "answer")} ${isContributions ? nothing : tracks}`;
    },
    why(view) {
      const { run, gene, isChanging } = view;
      const name = run.genes[gene!.index]!;
      const baseline = baselineOf(run, gene!);
      const found = contributionsKnown(run, gene!.index, baseline);
      const worth = isChanging ? undefined : worthInWords(run.model.card, own.along());
      return html`${isChanging ? nothing : choice(headingOf(name, symbols), own.along())}
        <div class="said small muted">
          <regulens-contrast-choice
            .offered=${contrastsOf(run.model.card)}
            .chosen=${baseline}
            .genes=${run.genes}
            .symbols=${symbols}
            gene=${name}
            ?ready=${found !== undefined}
            @choose=${({ detail }: CustomEvent<Compared>) => {
              baselines.set(run, detail);
              view.requestUpdate();
            }}
          ></regulens-contrast-choice>
          ${found ? html`<p>${completenessSentence(found, of.score)}</p>` : nothing}
        </div>
        ${worth ? html`<p class="small chosen">${worth}</p>` : nothing}`;
    },
    test: (view) => explained(view, "test"),
  };
}

/**
 * One gene explained: `shown` selects its contributions, its answer only, or its test. Nothing far from view is
 * computed. Sends `explained` once contributions are known.
 */
@customElement("regulens-explained-gene")
export class ExplainedGene extends LitElement {
  @property({ attribute: false }) of!: ExplainedBy;
  @property({ attribute: false }) run!: GenesRun;
  @property({ attribute: false }) gene!: OneGene;
  @property({ attribute: false }) worker!: Explainer;
  /** The optimised inputs of both classes, if known: the test includes them. */
  @property({ attribute: false }) maps: object | undefined;
  /** Known facts about what was planted in the run's genes. */
  @property({ attribute: false }) planted: Planted | undefined;
  @property({ attribute: false }) provenance!: Provenance;
  @property() shown: "contributions" | "answer" | "test" = "contributions";
  @property({ attribute: false }) symbols: Symbols | undefined;
  /** The baseline of attributions. */
  @property({ attribute: false }) baseline: Compared = "zero";
  /** Contributions of the run's marks; those of this gene are added. */
  @property({ attribute: false }) shares: MarkShares | undefined;
  @internal() private problem: PlainError | undefined;
  @internal() private seen = false;
  #drawn: { readonly by: object; readonly drawing: Drawing } | undefined;
  #controller: AbortController | undefined;
  /** In view or nearly, also if samples are above it, and when the page is printed right after opening. */
  readonly #look = new IntersectionObserver(
    (entries) => {
      this.seen = entries.at(-1)?.isIntersecting ?? false;
    },
    { rootMargin: "100% 0px" },
  );

  static override styles = [
    shared,
    geneStyles,
    choiceStyles,
    verdictStyles,
    css`
      @media print {
        [role="status"] {
          display: none;
        }
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.#look.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#look.disconnect();
    this.#controller?.abort();
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    const isAnother = ["gene", "run", "maps", "planted", "baseline"].some((each) => changed.has(each));
    if (isAnother || changed.has("symbols")) this.#drawn = undefined;
    if (isAnother) this.problem = undefined;
    if (!isAnother && !changed.has("seen")) return;
    if (isAnother) this.#controller?.abort();
    if (this.seen && !this.problem && !this.#of) void this.#explain(this.gene.index);
  }

  /** Contributions or deletion test of this gene, if known. */
  get #of(): Contributions | DeletionTest | undefined {
    const { index } = this.gene;
    return this.shown === "test" ? this.#found.tests.get(index) : contributionsKnown(this.run, index, this.baseline);
  }

  /** Replacement of bins in a test: if the baseline is another gene, the model's default contrast. */
  get #tested(): Contrast {
    const { baseline } = this;
    return otherGene(baseline) === undefined ? (baseline as Contrast) : contrastOf(this.run.model.card);
  }

  get #found() {
    const { run, maps, planted } = this;
    const of = maps ?? run;
    const tests = testsOf.get(of) ?? new WeakMap<object, Map<number, DeletionTest>>();
    testsOf.set(of, tests);
    return { contributions: foundOf(contributionsOf, run), tests: foundOf(tests, planted ?? run) };
  }

  async #explain(index: number): Promise<void> {
    this.#controller?.abort();
    const controller = (this.#controller = new AbortController());
    const { worker, baseline } = this;
    const { contributions, tests } = this.#found;
    try {
      if (this.shown === "test")
        tests.set(index, await worker.call("testGene", { index, baseline: this.#tested }, controller));
      else {
        contributions.set(index, await worker.call("contributionsOfGene", { index, baseline }, controller));
        this.dispatchEvent(new CustomEvent("explained"));
      }
    } catch (thrown) {
      if (!controller.signal.aborted) this.problem = plainOf(thrown);
    }
    this.requestUpdate();
  }

  override updated(): void {
    const { run, gene, shares, baseline } = this;
    if (this.shown === "test") return;
    const rows = this.of.rowsOf(run);
    shares?.follow(run, rows, baseline);
    const found = contributionsKnown(run, gene.index, baseline);
    if (found && !shares?.state.known.has(gene.index)) shares?.learn(gene.index, sharesOf(rows, found), baseline);
  }

  override render() {
    const { problem, run, gene } = this;
    if (problem) return errorNotice("This gene could not be explained", problem, () => (this.problem = undefined));
    const name = headingOf(run.genes[gene.index]!, this.symbols);
    const test = this.#found.tests.get(gene.index);
    if (this.shown === "test") return test ? this.#test(test, name) : this.#wait();
    const contributions = contributionsKnown(run, gene.index, this.baseline);
    return this.shown === "answer" ? this.#answer(contributions) : this.#contributions(contributions, name);
  }

  #contributions(contributions: Contributions | undefined, name: string) {
    const draw = (): Drawing => this.of.drawingOf(this.run, this.gene, contributions, this.symbols);
    const label = contributions ? `contributions to the ${this.of.predicted} of ${name}` : `signal of ${name}`;
    return html`<div class="stack">
      ${this.#answer(contributions)}
      <h4 class="visually-hidden">What the ${this.of.predicted} rests on</h4>
      ${this.#figure(label, contributions ?? this.gene, draw)} ${contributions ? nothing : this.#wait()}
    </div>`;
  }

  /** The prediction, and the contributions of the marks. */
  #answer(found: Contributions | undefined) {
    const { run, gene } = this;
    const shares = found && { values: sharesOf(this.of.rowsOf(run), found), baseline: found.baseline };
    return this.of.answerOf(run, gene.index, shares);
  }

  #test(found: DeletionTest, name: string) {
    const test = { ...found, subject: name, predicted: this.of.falls, replacement: setTo(this.#tested) };
    const sentences = (["alpha", "integrated-gradients"] as const).map((each) => deletionSentence(test, each));
    return html`<div class="stack">
      ${this.of.direction ? html`<p class="small muted">${this.of.direction}</p>` : nothing}
      ${sentences.map((sentence) => (sentence ? html`<p class="verdict">${sentence}</p>` : nothing))}
      ${this.#figure(`deletion test of ${name}`, found, () => deletionDrawing(test, name))}
      <regulens-planted .test=${found} .file=${this.planted?.file ?? ""} .gene=${name}></regulens-planted>
    </div>`;
  }

  #figure(label: string, by: object, draw: () => Drawing) {
    const drawn = this.#drawn?.by === by ? this.#drawn : (this.#drawn = { by, drawing: draw() });
    return html`<regulens-figure
      part="figure"
      label=${label}
      table=${fileOf(this.run)}
      .drawing=${drawn.drawing}
      .provenance=${this.provenance}
    ></regulens-figure>`;
  }

  #wait() {
    return html`<p class="small muted" role="status">Explaining this gene…</p>`;
  }
}
