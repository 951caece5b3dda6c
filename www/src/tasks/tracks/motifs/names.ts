/** Motif names of contributing stretches: their number, and a table. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import { downloadName, saveFile } from "../../../export";
import { basesInWords, formatSigned, formatValue, type NamedStretch } from "../../../plots/sequences";
import type { Column } from "../../../ui/grid";
import "../../../ui/grid";
import { file as fileIcon, save } from "../../../ui/icons";
import { inlineStyle } from "../../../ui/inline-style";
import { controls, stacked } from "../../../ui/styles/shared";
import { type Sort, turned } from "../../../ui/sorting";
import { sequenceStyles } from "../styles";
import type { KnownMotifs, SequenceState } from "../session-state";
import { drawnNames, type NamedStretches, type NameKey, namesSentence, namesTsv, namesUpTo, orderNames } from "./text";
import type { Contributed } from "../calls";
import { errorNotice } from "../../../ui/notice";
import { progressOf } from "../../../ui/progress";
import { counted } from "../../../ui/words";
import { takeFiles } from "../../shared/take-files";
import type { SequenceSession } from "../session";

/** The row "Motifs: motifs.meme, 178 motifs." with the button that removes them; empty without motifs. */
export function motifsRow(sequences: SequenceSession) {
  const { motifs } = sequences.state;
  if (!motifs) return nothing;
  return html`<div class="row small">
    <span>Motifs: ${motifs.file}, ${counted(motifs.motifs.length, "motif")}.</span>
    <button class="quiet small" @click=${() => sequences.motifs.close()}>Remove the motifs</button>
  </div>`;
}

/** Progress and problems of reading motifs. */
export function motifsReading(sequences: SequenceSession) {
  const { doing, problems } = sequences.state;
  return html`${progressOf(doing.motifs, () => sequences.cancel("motifs"))}
  ${errorNotice("These motifs could not be read", problems.motifs, () => sequences.dismiss("motifs"))}`;
}

/** The row, or the control to open motifs. */
export function motifsChooser(sequences: SequenceSession) {
  const choose = (event: Event): void => {
    const [file] = takeFiles(event);
    if (file) void sequences.motifs.read({ blob: file, file: file.name });
  };
  return html`${
    sequences.state.motifs
      ? motifsRow(sequences)
      : html`<div class="row small">
          <span class="muted">Drop motifs (MEME or JASPAR) to name the stretches that matter most.</span>
          <label class="button small push">
            ${fileIcon} Choose motifs…
            <input type="file" @change=${choose} />
          </label>
        </div>`
  }
  ${motifsReading(sequences)}`;
}

/** Names, and their drawing. */
interface ShownNames {
  readonly names: NamedStretches;
  readonly drawn: readonly NamedStretch[];
}

const known = new WeakMap<
  Contributed,
  { readonly motifs: KnownMotifs; readonly q: number; readonly shown: ShownNames | undefined }
>();

/** Names up to the chosen q; undefined if none were requested. */
export function shownNames({
  contributions,
  motifs,
  namesQ: q,
}: Pick<SequenceState, "contributions" | "motifs" | "namesQ">): ShownNames | undefined {
  if (!contributions || !motifs) return undefined;
  const before = known.get(contributions);
  if (before?.motifs === motifs && before.q === q) return before.shown;
  const names = namesUpTo(contributions, q);
  const shown = names && { names, drawn: drawnNames(names, motifs) };
  known.set(contributions, { motifs, q, shown });
  return shown;
}

/** Values of q to choose from. */
const SHARES = [0.01, 0.05, 0.1, 0.2];

/** The table of names. Sends `q` with the maximum q shown, and `look` with the position of a name. */
@customElement("regulens-motif-names")
export class MotifNames extends LitElement {
  @property({ attribute: false }) found!: NamedStretches;
  @property({ attribute: false }) motifs!: KnownMotifs;
  @property({ type: Number }) q = 0;
  /** The file of the sequence, which names saved files. */
  @property() file = "";
  /** The selected name. */
  @property({ attribute: false }) selected: number | undefined;
  @internal() private sort: Sort<NameKey> | undefined;

  static override styles = [
    controls,
    sequenceStyles,
    stacked,
    css`
      regulens-grid {
        --table-height: min(20rem, calc(2.25rem * var(--rows) + 4px));
      }
    `,
  ];

  override render() {
    const { found, motifs, q, sort } = this;
    const { names } = found;
    const shares = SHARES.includes(q) ? SHARES : [...SHARES, q];
    return html`<div class="row small">
        <label for="names-q">Names with q at most</label>
        <select
          id="names-q"
          @change=${(event: Event) => this.#send("q", Number((event.target as HTMLSelectElement).value))}
        >
          ${shares.map((each) => html`<option value=${each} ?selected=${each === q}>${each}</option>`)}
        </select>
        ${
          names.length > 0
            ? html`<button class="small push" @click=${this.#save}>${save} Names (TSV)</button>`
            : nothing
        }
      </div>
      <p class="small">${namesSentence(found, motifs, q)}</p>
      ${
        names.length === 0
          ? nothing
          : html`<regulens-grid
              label="Names of motifs"
              .columns=${this.#columns()}
              .order=${orderNames(found, motifs, sort)}
              .of=${found}
              .selected=${this.selected}
              .sort=${sort}
              style=${inlineStyle({ "--rows": String(names.length + 1) })}
              @sort=${({ detail }: CustomEvent<NameKey>) =>
                (this.sort = turned(sort, detail, detail === "bits" || detail === "contribution"))}
              @select=${({ detail }: CustomEvent<number>) => this.#send("look", detail)}
            ></regulens-grid>`
      }
      <p class="small muted">
        Names are those of ${motifs.file}: a factor with a similar matrix would match equally well. p: probability that
        a random site scores as high; q: expected share of false matches among those with a q as small.
      </p>`;
  }

  #columns(): Column<NameKey>[] {
    const { found, motifs } = this;
    const { names, seqlets, record } = found;
    const of = (i: number) => names[i]!;
    return [
      {
        ...{ key: "place", name: "Region", title: "Region", width: "minmax(10rem, 2fr)" },
        cell: (i) => basesInWords(record, of(i).start, of(i).end),
      },
      {
        ...{ key: "strand", name: "Strand", title: "Strand", width: "4rem", isText: true },
        cell: (i) => (of(i).strand === "+" ? "+" : "−"),
      },
      {
        ...{ key: "motif", name: "Motif", title: "Motif", width: "minmax(5rem, 1fr)", isText: true },
        cell: (i) => motifs.motifs[of(i).motif]!.name,
      },
      { key: "bits", name: "Bits", title: "Score in bits", width: "4rem", cell: (i) => of(i).bits.toFixed(1) },
      { key: "p", name: "p", title: "p of a random site", width: "5.5rem", cell: (i) => formatValue(of(i).p) },
      {
        key: "q",
        name: "q",
        title: "Expected share of false matches",
        width: "5.5rem",
        cell: (i) => formatValue(of(i).q),
      },
      {
        ...{ key: "contribution", name: "Contribution", title: "Contribution to the track’s sum", width: "6.5rem" },
        cell: (i) => formatSigned(seqlets[of(i).seqlet]!.contribution),
      },
    ];
  }

  #send(name: "q" | "look", detail: number): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  #save = (): void => {
    const { found, motifs, file } = this;
    saveFile(downloadName(file, "motifs", "tsv", found.record), namesTsv(found, motifs));
  };
}
