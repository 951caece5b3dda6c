/** Motifs among the contributions to a track: the loaded motifs, names of stretches, and patterns. */

import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property } from "lit/decorators.js";
import { PATTERN } from "../../../../../pkg/src/constants";
import type { Drawing } from "../../../ui/drawing";
import "../../../ui/figure";
import { controls, shared, stacked } from "../../../ui/styles/shared";
import { Subscription } from "../../../ui/subscription";
import type { Contributed } from "../calls";
import { trackOf, type TrackRun } from "../result";
import type { SequenceSession } from "../session";
import type { KnownMotifs } from "../session-state";
import { sequenceStyles } from "../styles";
import { trackProvenance } from "../words";
import { namedPatterns, patternsDrawing, patternsSentence } from "./alike";
import { motifsChooser, shownNames } from "./names";
import type { NamedStretches } from "./text";

/** Motifs, names and patterns. */
@customElement("regulens-named-motifs")
export class NamedMotifs extends LitElement {
  @property({ attribute: false }) sequences!: SequenceSession;
  @property({ attribute: false }) run!: TrackRun;
  protected readonly subscription = new Subscription(this, () => this.sequences);

  static override styles = [controls, sequenceStyles, stacked];

  override render() {
    const { sequences, run } = this;
    const { contributions: found, motifs, namesQ, closeUp } = sequences.state;
    const named = shownNames(sequences.state)?.names;
    const look = ({ detail }: CustomEvent<number>): void => {
      const name = named!.names[detail]!;
      sequences.set({ closeUp: { base: Math.floor((name.start + name.end) / 2), name } });
    };
    return html`<h3>Motifs</h3>
      ${motifsChooser(sequences)}
      ${
        found && named && motifs
          ? html`<regulens-motif-names
                .found=${named}
                .motifs=${motifs}
                .q=${namesQ}
                .file=${run.file}
                .selected=${closeUp?.name && named.names.indexOf(closeUp.name)}
                @q=${({ detail }: CustomEvent<number>) => void sequences.motifs.chooseNamesQ(detail)}
                @look=${look}
              ></regulens-motif-names>
              <regulens-motif-patterns
                .run=${run}
                .found=${found}
                .named=${named}
                .motifs=${motifs}
                .q=${namesQ}
              ></regulens-motif-patterns>`
          : nothing
      }`;
  }
}

/** The patterns, or a note that there are none. */
@customElement("regulens-motif-patterns")
export class MotifPatterns extends LitElement {
  @property({ attribute: false }) run!: TrackRun;
  @property({ attribute: false }) found!: Contributed;
  @property({ attribute: false }) named!: NamedStretches;
  @property({ attribute: false }) motifs!: KnownMotifs;
  @property({ type: Number }) q = 0;
  #drawing: Drawing | undefined;

  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        gap: var(--space-3);
      }
    `,
  ];

  override willUpdate(changed: PropertyValues<this>): void {
    const { run, found, named, motifs } = this;
    // A figure redraws each new drawing.
    if (!["run", "found", "named", "motifs"].some((name) => changed.has(name as keyof MotifPatterns))) return;
    const { name } = trackOf(run.model.card, found.track);
    this.#drawing = patternsDrawing(namedPatterns(named, motifs), found, name);
  }

  override render() {
    const { named, run, q } = this;
    // The part with the names reports that there is nothing to name.
    if (named.seqlets.length === 0) return nothing;
    const sentence = html`<p class="small">${patternsSentence(named)}</p>`;
    if (named.patterns.length === 0) return sentence;
    return html`<h4>Stretches that look alike</h4>
      ${sentence}
      <regulens-figure
        label="patterns of stretches that look alike"
        table=${run.file}
        .drawing=${this.#drawing}
        .provenance=${trackProvenance(run)}
      ></regulens-figure>
      <p class="small muted">
        A pattern is at least ${PATTERN} stretches whose bases contribute alike, on either strand; names are those with
        q at most ${q}. A logo of few stretches looks surer than it is.
      </p>`;
  }
}
