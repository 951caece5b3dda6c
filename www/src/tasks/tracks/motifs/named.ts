/** Motifs of what a track rests on: those that are loaded, the names that they give, and the patterns of stretches. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { shared, controls } from "../../../ui/styles/shared";
import { Subscription } from "../../../ui/subscription";
import type { TrackRun } from "../result";
import type { SequenceSession } from "../session";
import { sequenceStyles } from "../styles";
import { motifsChooser } from "./loaded";
import "./names";
import "./patterns";
import { shownNames } from "./shown";

/** Motifs, names and patterns. */
@customElement("regulens-named-motifs")
export class NamedMotifs extends LitElement {
  @property({ attribute: false }) sequences!: SequenceSession;
  @property({ attribute: false }) run!: TrackRun;
  protected readonly subscription = new Subscription(this, () => this.sequences);

  static override styles = [
    shared,
    controls,
    sequenceStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-3);
      }
    `,
  ];

  override render() {
    const { sequences, run } = this;
    const { contributions: found, motifs, namesQ, closeUp } = sequences.state;
    const named = shownNames(sequences.state)?.names;
    const look = ({ detail }: CustomEvent<number>): void => {
      const name = named!.names[detail]!;
      sequences.lookClose(Math.floor((name.start + name.end) / 2), name);
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
                @q=${({ detail }: CustomEvent<number>) => void sequences.chooseNamesQ(detail)}
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
