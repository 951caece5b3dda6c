#!/usr/bin/env python3
"""Can a table without labels tell what a model of on and off loses on it?

    python3 benches/fit.py --data FOLDER --keep FOLDER --out FILE.md [--jobs 2] [--program FILE]

--data has deepdiff/data (QData/DeepDiffChrome: K562 and H1), attentivechrome/v2PyTorch/data/Toy/classification (30 genes of H1),
rat_lv_chr12 (two marks in 500-bp bins) and lung_chr21 (coverage of one mark). Statistics of unlabelled tables are fitted to the
losses on shifted test genes of a model's own cell type, and predict those on data they were not made from. What is in --keep is not
made again. It needs NumPy.
"""

import argparse
import concurrent.futures
import csv
import datetime
import gzip
import json
import os
import platform
import subprocess
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
MARKS = ("H3K4me1", "H3K4me3", "H3K9me3", "H3K27me3", "H3K36me3")
CELLS = {"k562": "Cell1", "h1": "Cell2"}
VARIANTS = ("attentive-chrome", "lstm-alpha", "lstm-attn", "lstm", "cnn-alpha-beta", "cnn-attn", "deep-chrome")
COSTS = {"auroc": "AUROC", "brier": "Brier score", "ece": "calibration error"}
STATISTICS = {
    "distance": "distance of quantiles",
    "called": "share called on",
    "variants": "variants that disagree",
    "seeds": "spread of seeds",
    "unsure": "mean confidence",
}
GROUPS = ("other cell type", "rat heart", "lung", "toy genes of H1", "simulated")


def lines(path: Path):
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as opened:
        yield from csv.reader((line for line in opened if not line.startswith("#")), delimiter="\t" if ".tsv" in path.name else ",")


def of_cell(data: Path, cell: str, part: str) -> tuple[np.ndarray, np.ndarray]:
    """Counts [genes, 100, marks] around the TSS, and which genes are on."""
    rows = list(lines(data / f"deepdiff/data/{CELLS[cell]}.{part}.csv.gz"))
    values = np.array([row[1:] for row in rows], float).reshape(-1, 200, len(MARKS))[:, 50:150]
    counts = {row[0]: float(row[1]) for row in lines(data / f"deepdiff/data/{CELLS[cell]}.expr.csv.gz") if row[1][:1].isdigit()}
    median = np.median(list(counts.values()))
    return values, np.array([counts[row[0].split("_")[0]] >= median for row in rows[::200]])


def of_rat(data: Path, strain: str, chance: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Reads of 500-bp bins, dealt to bins of 100 bp at random."""
    header, *rows = lines(data / "rat_lv_chr12/chr12_counts_500bp.tsv.gz")
    counts = np.array(rows, float).astype(int)
    names, *genes = lines(data / "rat_lv_chr12/genes_chr12.tsv")
    values = np.full((len(genes), 100, len(MARKS)), np.nan)
    for mark in ("H3K4me3", "H3K27me3"):
        reads = counts[:, [at for at, name in enumerate(header) if name.startswith(f"{mark}-{strain}")]].sum(1)
        for at, gene in enumerate(genes):
            start = int(gene[names.index("tss1")]) - 5001
            fine = np.concatenate([chance.multinomial(n, [0.2] * 5) for n in reads[start // 500 : start // 500 + 21]])
            values[at, :, MARKS.index(mark)] = fine[start % 500 // 100 :][:100]
    expression = np.array([float(gene[names.index(f"expression_{strain}")]) for gene in genes])
    return values, expression >= np.median(expression)


def of_lung(data: Path) -> tuple[np.ndarray, np.ndarray]:
    coverage = np.zeros(48_200_000, np.float32)
    with gzip.open(data / "lung_chr21/H3K4me3_coverage.bedGraph.gz", "rt") as runs:
        for _, start, end, value in (line.split() for line in runs):
            coverage[int(start) : int(end)] = float(value)
    names, *genes = lines(data / "lung_chr21/genes.tsv")
    values = np.full((len(genes), 100, len(MARKS)), np.nan)
    starts = [int(gene[names.index("tss0")]) for gene in genes]
    values[:, :, 1] = [coverage[start - 5000 : start + 5000].reshape(100, 100).mean(1) for start in starts]
    expression = np.array([float(gene[names.index("rpkm")]) for gene in genes])
    return values, expression > np.median(expression)


def by_column(rows: list[list[str]], columns: list[int], label: int) -> tuple[np.ndarray, np.ndarray]:
    values = np.array([[row[column] for column in columns] for row in rows], float)
    return values.reshape(-1, 100, len(MARKS)), np.array([row[label] == "1" for row in rows[::100]])


def shifted(values: np.ndarray, chance: np.random.Generator) -> dict[str, np.ndarray]:
    """The same genes at another depth, with noise, without a mark, with one on another scale, with two exchanged, or off by 2 kb."""

    def changed(mark: int, by) -> np.ndarray:
        other = values.copy()
        other[:, :, mark] = by(values[:, :, mark])
        return other

    found = {f"thinned to {share}": chance.binomial(values.astype(int), share).astype(float) for share in (0.1, 0.5)}
    found |= {"3 times": 3 * values, "a third": values / 3, "2 kb off": np.roll(values, 20, 1)}
    found |= {f"noise {much}": values + chance.poisson(much * values.mean((0, 1)), values.shape) for much in (1, 5)}
    found |= {f"{name} missing": changed(mark, lambda one: np.full_like(one, np.nan)) for mark, name in enumerate(MARKS)}
    found |= {f"{name} 5 times": changed(mark, lambda one: 5 * one) for mark, name in enumerate(MARKS)}
    found["H3K27me3 for H3K36me3"] = values[:, :, [0, 1, 2, 4, 3]]
    found["H3K4me1 for H3K4me3"] = values[:, :, [1, 0, 2, 3, 4]]
    return found


def tables(data: Path) -> dict[tuple[str, str], tuple[np.ndarray, np.ndarray]]:
    """Tables with their classes, by the cell type or group that they are of."""
    chance = np.random.default_rng(1)
    found = {}
    for cell in CELLS:
        for part in ("valid", "test"):
            found[cell, part] = of_cell(data, cell, part)
        values, on = found[cell, "test"]
        found |= {(f"{cell}, shifted", name): (other, on) for name, other in shifted(values, chance).items()}
    found |= {("rat heart", strain): of_rat(data, strain, chance) for strain in ("BN", "SHR")}
    found["lung", ""] = of_lung(data)
    toy = data / "attentivechrome/v2PyTorch/data/Toy/classification"
    rows = [row for part in ("train", "valid", "test") for row in lines(toy / f"{part}.csv")]
    found["toy genes of H1", ""] = by_column(rows, [4, 5, 6, 2, 3], 7)
    header, *rows = lines(ROOT / "models/examples/simulated.csv.gz")
    found["simulated", ""] = by_column(rows, [header.index(mark) for mark in MARKS], len(header) - 1)
    return found


def auroc(scores: np.ndarray, on: np.ndarray) -> float:
    above = scores[on][:, None] - scores[~on][None]
    return float((np.sign(above) / 2 + 0.5).mean())


def calibration_error(p: np.ndarray, on: np.ndarray) -> float:
    tenth = np.minimum((10 * p).astype(int), 9)
    return float(sum(abs((p - on)[tenth == one].sum()) for one in range(10)) / len(p))


def spearman(x: np.ndarray, y: np.ndarray) -> float:
    ranks = [(each[:, None] > each[None]).sum(1) + (each[:, None] == each[None]).sum(1) / 2 for each in (x, y)]
    return float(np.corrcoef(*ranks)[0, 1])


def quantiles(values: np.ndarray) -> np.ndarray:
    """Mean, 90th and 99th percentile of a mark, the percentiles as in cards."""
    return np.array([values.mean(), *np.quantile(values, [0.9, 0.99], method="inverted_cdf")])


class Bench:
    def __init__(self, program: Path, kept: Path):
        self.program, self.kept = program, kept

    def run(self, *words: object) -> str:
        done = subprocess.run([self.program, *map(str, words)], check=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        return done.stdout

    def card(self, model: str) -> dict:
        return json.loads(self.run("inspect", "--json", ROOT / f"models/{model}.safetensors"))["card"]

    def written(self, name: str, values: np.ndarray) -> Path:
        path = self.kept / f"{name}.csv"
        if path.exists():
            return path
        rows = (f"g{gene},{at + 1},{','.join(f'{x:g}' for x in bin_)}" for gene, bins in enumerate(values) for at, bin_ in enumerate(bins))
        path.write_text(f"gene,bin,{','.join(MARKS)}\n" + "\n".join(rows) + "\n")
        return path

    def predicted(self, model: str, table: Path) -> dict[str, np.ndarray]:
        out = table.with_suffix(f".{model}.tsv")
        if not out.exists():
            self.run("predict", "--model", ROOT / f"models/{model}.safetensors", "--input", table, "--threads", 1, "--out", out)
        header, *rows = lines(out)
        return {name: np.array([row[header.index(name)] for row in rows], float) for name in header if "logit" in name or "prob" in name}

    def measure(self, cell: str, group: str, name: str, values: np.ndarray, on: np.ndarray) -> list[dict]:
        """Statistics and figures of every model of a cell type on a table; a mark that is missing is at its mean in training."""
        card = self.card(f"attentive-chrome-{cell}")
        known = {each["mark"]: each for each in card["input_distribution"]}
        there = ~np.isnan(values[0, 0])
        trained = np.array([[known[mark][of] for of in ("mean", "p90", "p99")] for mark in MARKS])
        ratios = [np.log2((quantiles(values[:, :, mark]) + 0.5) / (trained[mark] + 0.5)) for mark in np.flatnonzero(there)]
        filled = np.where(there, values, trained[:, 0])
        path = self.written(f"{cell}.{group}.{name}".replace(" ", "-"), filled)
        ensembles = [each.name.split(".")[0] for each in sorted((ROOT / "models").glob(f"*-{cell}-ensemble.safetensors"))]
        found = {model: self.predicted(model, path) for model in [*(f"{variant}-{cell}" for variant in VARIANTS), *ensembles]}
        calls = np.mean([found[f"{variant}-{cell}"]["logit"] >= 0 for variant in VARIANTS], 0)
        ends = np.array(card["gene_ranges"])
        means = filled.mean(1)
        rows = []
        for model, one in found.items():
            p, logit = one["probability"], one["logit"]
            wrong = (logit >= 0) != on
            rows.append(
                {
                    "cell": cell, "group": group, "name": name, "model": model,
                    "auroc": auroc(logit, on), "brier": float(((p - on) ** 2).mean()), "ece": calibration_error(p, on),
                    "distance": float(np.abs(ratios).mean()), "called": float((p >= 0.5).mean()),
                    "variants": float(((calls > 0) & (calls < 1)).mean()), "unsure": float(1 - np.maximum(p, 1 - p).mean()),
                    "seeds": float(one["probability_sd"].mean()) if "probability_sd" in one else None,
                    "wrong": wrong, "margin": -np.abs(logit), "spread": one.get("probability_sd"),
                    "outside": ((means < ends[:, 0]) | (means > ends[:, 1])).any(1).astype(float),
                }
            )  # fmt: skip
        return rows


def losses(rows: list[dict]) -> list[dict]:
    """The same with each figure as a loss against the own test genes, and each statistic against the own validation genes."""
    own = {(row["model"], row["name"]): row for row in rows if row["group"] == row["cell"]}
    out = []
    for row in rows:
        test, valid = own[row["model"], "test"], own[row["model"], "valid"]
        loss = {cost: (test[cost] - row[cost]) * (1 if cost == "auroc" else -1) for cost in COSTS}
        moved = {each: None if row[each] is None else row[each] - valid[each] for each in ("variants", "seeds", "unsure")}
        out.append({**row, **loss, **moved, "called": abs(row["called"] - valid["called"])})
    return out


def group_of(row: dict) -> str:
    if row["group"] in CELLS:
        return "own" if row["group"] == row["cell"] else "other cell type"
    return "shifted" if "shifted" in row["group"] else row["group"]


def report(rows: list[dict]) -> list[str]:
    rows = losses(rows)
    made = [row for row in rows if group_of(row) == "shifted"]
    text = [
        "\n## Does a statistic follow the loss where it was made?\n",
        f"Spearman's correlation over {len(made)} pairs of a shifted table and a model.\n",
        f"| statistic | {' | '.join(COSTS.values())} |\n|---|{'--:|' * len(COSTS)}",
    ]
    for each, title in STATISTICS.items():
        known = [row for row in made if row[each] is not None]
        cells = [f"{spearman(*(np.array([row[of] for row in known]) for of in (each, cost))):+.2f}" for cost in COSTS]
        text.append(f"| {title} | {' | '.join(cells)} |")
    for cost, title in COSTS.items():
        text += [
            f"\n## Does it predict the loss of {title} on other data?\n",
            "Mean |predicted - measured|; in brackets that of the mean loss of the shifted tables, which looks at nothing.\n",
            f"| statistic | {' | '.join(GROUPS)} |\n|---|{'--:|' * len(GROUPS)}",
        ]
        for each, name in STATISTICS.items():
            known = [row for row in made if row[each] is not None]
            x, y = (np.array([row[of] for row in known]) for of in (each, cost))
            slope, offset = np.polyfit(x, y, 1)
            cells = []
            for group in GROUPS:
                others = [row for row in rows if group_of(row) == group and row[each] is not None]
                u, v = (np.array([row[of] for row in others]) for of in (each, cost))
                cells.append(f"{np.abs(slope * u + offset - v).mean():.3f} ({np.abs(y.mean() - v).mean():.3f})")
            text.append(f"| {name} | {' | '.join(cells)} |")
    text += [
        "\n## Which genes are called wrongly?\n",
        "The chance that a gene that is called wrongly has more of it than one that is called rightly; of LSTM-α,β's five seeds.\n",
        "| model | genes of | wrong | nearness of P(on) to ½ | spread of seeds | a mark's mean outside of all training genes |\n"
        "|---|---|--:|--:|--:|--:|",
    ]
    for row in rows:
        if row["model"].startswith("attentive-chrome") and row["spread"] is not None and group_of(row) in ("own", "other cell type"):
            cells = [f"{auroc(row[each], row['wrong']):.2f}" for each in ("margin", "spread", "outside")]
            text.append(f"| {row['cell'].upper()} | {row['group'].upper()}, {row['name']} | {row['wrong'].sum()} | {' | '.join(cells)} |")
    return text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--keep", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--program", type=Path, default=ROOT / "target/release/regulens")
    args = parser.parse_args()
    args.keep.mkdir(parents=True, exist_ok=True)
    bench = Bench(args.program.resolve(), args.keep.resolve())
    # A model's shifted tables are of its own cell type.
    asked = [(cell, *key, *table) for key, table in tables(args.data).items() for cell in CELLS if "shifted" not in key[0] or cell in key[0]]
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as jobs:
        rows = [row for found in jobs.map(lambda each: bench.measure(*each), asked) for row in found]
    text = [
        f"# What unlabelled genes tell of a model's fit, {datetime.date.today()}\n",
        f"{os.cpu_count()} cores, {platform.machine()}.",
        "`python3 benches/fit.py --data FOLDER --keep FOLDER --out FILE.md`\n",
        "Statistics of a table without labels, each less its value on the validation genes of the model's own cell type: the mean",
        "|log2 ratio| of each mark's mean, 90th and 99th percentile to training; the share called on; the share of genes that the seven",
        "variants call differently; the mean standard deviation of five seeds' P(on); and the mean confidence. Losses are against",
        "the model's own test genes. Shifted tables are these at another depth, with noise, without a mark, with one on another scale,",
        "with two exchanged, or 2 kb off. A missing mark is at its mean in training, as in the rat's heart (two of five marks; 500-bp",
        "bins) and the lung (one mark, as coverage).",
    ]
    args.out.write_text("\n".join(text + report(rows)) + "\n")


if __name__ == "__main__":
    main()
