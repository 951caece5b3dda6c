/**
 * Words beside a gene's figure: the question that contributions answer and their reply, or the worth of attention; and
 * why a gene is shown as it is: the explanation that won the deletion test by the model's card, and what another is
 * worth.
 */

import "./contrast-choice";
import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { FinishedRun, GeneDetail } from "../tasks/genes/result";
import { choiceStyles } from "../tasks/shared/choice-styles";
import type { Symbols } from "../tasks/shared/genes/names";
import { Subscription } from "../ui/subscription";
import { shared } from "../ui/styles/shared";
import { type Compared, contrastsOf } from "./contrasts";
import { completenessSentence, marksSentence, togetherSentence } from "./contributions";
import { areasInWords } from "./deletion-words";
import type { Explanations } from "./explanations";
import type { GeneExplanation } from "./result";
import { worthInWords } from "../tasks/shared/explanation-choice";

/** Stands beside the figures of contributions and of attention; nothing beside another. */
@customElement("regulens-explained-why")
export class ExplainedWhy extends LitElement {
  @property({ attribute: false }) run!: FinishedRun;
  @property({ attribute: false }) gene!: GeneDetail;
  @property({ attribute: false }) explanations!: Explanations;
  /** The symbols that an annotation gives the genes. */
  @property({ attribute: false }) symbols: Symbols | undefined;
  protected readonly subscription = new Subscription(this, () => this.explanations);

  static override styles = [shared, choiceStyles];

  override render() {
    const { run, gene, explanations, symbols } = this;
    const { shown, baseline, gene: known, problems } = explanations.state;
    const explained = known?.index === gene.index ? known : undefined;
    if (shown === "alpha" && explained) return this.#worth(explained);
    if (shown !== "integrated-gradients") return nothing;
    const found = explained?.contributions;
    // The error stands at the figure.
    if (!found && problems.gene) return nothing;
    const { genes } = run.tables[0];
    const together = found && togetherSentence(found, run.marks);
    return html`<div class="said small">
      <regulens-contrast-choice
        .offered=${contrastsOf(run.model.card)}
        .chosen=${baseline}
        .genes=${genes}
        .symbols=${symbols}
        gene=${genes[gene.index]!}
        ?ready=${found !== undefined}
        @choose=${({ detail }: CustomEvent<Compared>) => void explanations.compareWith(detail)}
      ></regulens-contrast-choice>
      ${
        found
          ? html`<p class="muted">${completenessSentence(found)}</p>
              <p class="muted">${marksSentence(found, run.marks)}</p>
              ${together ? html`<p class="muted">${together}</p>` : nothing}`
          : nothing
      }
    </div>`;
  }

  /** Renders the deletion areas that show the worth of attention, beside attention itself. */
  #worth({ deletion }: GeneExplanation) {
    const areas = areasInWords(deletion, ["alpha", "integrated-gradients", "signal", "random"]);
    return html`<p class="small muted worth">
      Where the model looked is not what its score rests on. The prediction of this gene falls, as bins are removed in
      the order of each, by an area of: ${areas}.
    </p>`;
  }
}

/** A line about the explanation that is shown; nothing where the card does not say. */
@customElement("regulens-chosen")
export class Chosen extends LitElement {
  @property({ attribute: false }) run!: FinishedRun;
  @property({ attribute: false }) explanations!: Explanations;
  protected readonly subscription = new Subscription(this, () => this.explanations);

  static override styles = [
    shared,
    // Without a line it takes no room among others.
    css`
      :host {
        display: contents;
      }
    `,
  ];

  override render() {
    const worth = worthInWords(this.run.model.card, this.explanations.state.shown);
    return worth ? html`<p class="small">${worth}</p>` : nothing;
  }
}
