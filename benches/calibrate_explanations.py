#!/usr/bin/env python3
"""Which contrast explanations have, and which explanation wins the deletion test, for each model of tables that ships:
puts the choice into the models' cards.

    python3 benches/calibrate_explanations.py --cells FOLDER [--out FILE.md] [--program FILE] && cargo xtask catalogue

FOLDER has the sample of QData/DeepDiffChrome. The genes are those of validation, by the files that the model's own card
names as such, and simulated ones: test genes choose nothing. It needs Python 3.11 and nothing else, and takes about a
minute a model on one core. A run that was cut off goes on where it ended, if it keeps its files in a FOLDER (--keep).
"""

import argparse
import datetime
import json
import re
import struct
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEY = "regulens.card"
# A change takes ten times as long as a gene: two tables of 200 bins, and more encoders. So fewer genes, drawn by the
# program's seed.
GENES, GENES_OF_A_CHANGE = 60, 24
# Simulated genes, whose planted marks must have their signs; of a change in two cell types.
SIMULATED, SIMULATED_PAIRS, SEED = 60, 24, 601
FIELDS = ("explanation", "class_means", "gene_ranges")
COLUMNS = ("attention", "saliency", "gradient-x-input", "integrated-gradients", "occlusion", "signal")


def card(model: Path) -> dict:
    with model.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        return json.loads(json.loads(file.read(length))["__metadata__"][KEY])


def tensors(model: Path) -> bytes:
    data = model.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    return data[8 + length :]


def validation(about: dict, cells: Path) -> list[Path]:
    """The tables of validation genes, as the card's record of the training names them."""
    named = re.search(r"validation \d+ genes(?:, \d+ on)? \(([^)]*)\)", about["training"]["split"])
    if not named:
        raise SystemExit(f"{about['name']}: its card names no table of validation genes")
    tables = [cells / name for name in named[1].split(", ")]
    for table in tables:
        if ".valid." not in table.name or not table.is_file():
            raise SystemExit(f"{table}: expected a table of validation genes there")
    return tables


def simulated(program: Path, folder: Path) -> dict[int, list]:
    """The flags of simulated tables, by how many cell types a model reads."""
    one, pair = folder / "simulated.csv.gz", folder / "pair.csv.gz"
    run = lambda *words: subprocess.run([program, "simulate", *map(str, words)], check=True, capture_output=True)
    run("hm", "--genes", SIMULATED, "--bins", 100, "--seed", SEED, "--out", one)
    run("hm-pair", "--genes", SIMULATED_PAIRS, "--seed", SEED, "--out", pair)
    both = [folder / f"pair.{cell}.csv.gz" for cell in "ab"]
    return {
        1: ["--simulated", one, "--truth", folder / "simulated.truth.tsv"],
        2: ["--simulated", *both, "--truth", folder / "pair.truth.tsv"],
    }


def put(program: Path, model: Path, fields: dict) -> None:
    """Puts fields into a model's card; its weights stay as they are. The program writes the file again, in its order."""
    data = model.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    about = {**json.loads(header["__metadata__"][KEY]), **fields}
    header["__metadata__"][KEY] = json.dumps(about, ensure_ascii=False, separators=(",", ":"))
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    model.write_bytes(struct.pack("<Q", len(text)) + text + data[8 + length :])
    again = model.with_suffix(".new")
    subprocess.run([program, "export", model, "--dtype", about["dtype"], "--out", again], check=True, capture_output=True)
    again.replace(model)


def calibrate(program: Path, model: Path, cells: Path, planted: dict[int, list], folder: Path) -> dict:
    about = card(model)
    tables = validation(about, cells)
    words = [word for flag, table in zip(("--input", "--input-b"), tables) for word in (flag, table)]
    chosen = about["training"]["recipe"].get("select_bins")
    if chosen:
        words += ["--select-bins", chosen]
    words += ["--genes", GENES_OF_A_CHANGE if len(tables) == 2 else GENES]
    words += ["--train", *(table.with_name(table.name.replace(".valid.", ".train.")) for table in tables)]
    if len(tables) == 1:
        words += ["--expression", tables[0].with_name(tables[0].name.replace(".valid.", ".expr."))]
    words += planted[len(tables)]
    names = [about[key]["name"] for key in ("cell_type", "cell_type_b") if key in about]
    new = folder / model.name
    if not new.exists() or tensors(new) != tensors(model):
        subprocess.run(
            [program, "calibrate", "explanations", "--model", model, *map(str, words)]
            + ["--data", f"validation genes of {' and '.join(names)}", "--threads", "1", "--out", new],
            check=True,
        )
    found = {field: value for field, value in card(new).items() if field in FIELDS}
    put(program, model, found)
    return found


def row(name: str, choice: dict) -> str:
    cells = []
    for column in COLUMNS:
        if column not in choice["tested"]:
            cells.append("")
            continue
        area, ahead, error = (
            choice[key][choice["tested"].index(column)] for key in ("areas", "ahead_of_signal", "standard_errors")
        )
        text = f"{area:.3f}" + ("" if column == "signal" else f" ({ahead:+.3f} ± {error:.3f})")
        cells.append(f"**{text}**" if column == choice["best"] else text)
    return f"| `{name}` | " + " | ".join(cells) + " |"


def contrasts(named: dict[str, dict]) -> list[str]:
    """What every contrast does; **bold** is the default."""
    lines = [
        "What each contrast does. Answers: of genes predicted on, the share whose baseline is predicted off; of a change "
        "the median of what contributions",
        "add up to, over the change. Signs: of planted marks whose contributions add up to more than a tenth. Margin: of "
        "integrated gradients over signal",
        "in the deletion test that puts the contrast in. Found: planted marks in bins among as many. Outside: baselines "
        "beyond the range of training genes.",
        "",
        "| | contrast | answers | signs | margin | found | outside | does what a default must |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, choice in named.items():
        for one in choice["contrasts"]:
            contrast = one["contrast"]
            cells = [
                f"`{name}`",
                f"**{contrast}**" if contrast == choice["contrast"] else contrast,
                f"{one['answers']:.2f}",
                f"{one['signs']:.2f}" if "signs" in one else "",
                f"{one['ahead_of_signal']:+.3f} ± {one['standard_error']:.3f}",
                f"{one['recovered']:.2f}" if "recovered" in one else "",
                f"{one['outside']:.2f}",
                "yes" if one["meets"] else "no",
            ]
            lines.append("| " + " | ".join(cells) + " |")
    return lines + [""]


# Known roles of the marks: with it a gene is on more often, or less.
KNOWN = {"H3K4me1": "+", "H3K4me3": "+", "H3K9me3": "−", "H3K27me3": "−", "H3K36me3": "+"}
# Smaller mean contributions have no sign, of the largest of the model.
SMALL = 0.05


def roles(models: Path, named: dict[str, dict]) -> list[str]:
    """The mean contribution of each mark, over genes predicted on and off, beside what is known of it."""
    change = any("deep-diff" in name for name in named)
    of = ("higher in B", "lower in B") if change else ("on", "off")
    known = (
        "a mark that there is more of in the cell type where it belongs adds to a change up and takes from one down, in both of its columns"
        if change
        else "in brackets what is known of the mark, + activating, − repressive"
    )
    lines = [
        f"Mean contribution of each mark to the {'log2 fold change' if change else 'log-odds of on'} under the default "
        f"contrast, over genes predicted {of[0]} / {of[1]};",
        f"{known}. **Bold**: the larger of the two has the other sign, beyond {SMALL:.0%} of the model's largest.",
        "",
    ]
    for at, (name, choice) in enumerate(named.items()):
        marks = card(models / f"{name}.safetensors")["marks"]
        columns = [f"{cell} {mark}" for cell in "AB" for mark in marks] if change else [f"{mark} ({KNOWN[mark]})" for mark in marks]
        if at == 0:
            lines += ["| | " + " | ".join(columns) + " |", "|---" + "|--:" * len(columns) + "|"]
        pairs = list(zip(choice["roles_high"], choice["roles_low"]))
        largest = max(abs(value) for pair in pairs for value in pair)
        cells = []
        for place, (high, low) in enumerate(pairs):
            most = high if abs(high) >= abs(low) else low
            expected = (most is high) if change else KNOWN[marks[place]] == "+"
            other = abs(most) > SMALL * largest and (most > 0) != expected
            text = f"{high:+.2f} / {low:+.2f}"
            cells.append(f"**{text}**" if other else text)
        lines.append(f"| `{name}` | " + " | ".join(cells) + " |")
    return lines + [""]


def report(found: dict[str, dict], models: Path) -> list[str]:
    lines = [f"# Which explanation wins on validation genes? {datetime.date.today().isoformat()}", ""]
    lines += ["`python3 benches/calibrate_explanations.py --cells FOLDER --out FILE`", ""]
    lines += [
        f"Each shipped model of tables on validation genes, drawn at random: {GENES} of whether a gene is on, of a "
        f"change {GENES_OF_A_CHANGE}. The default contrast takes the place of bins: the mean area,",
        "in brackets by how much it is ahead of the signal's own size, gene by gene, ± standard error. **Bold** is "
        "what the page shows",
        "first: the largest among attention, integrated gradients and, of whether a gene is on, saliency. Occlusion is "
        "close to the test",
        "itself, and gradient × input is not drawn; they are listed and cannot win.",
        "",
    ]
    titles = (
        ("Whether a gene is on", "the predicted class's probability", lambda name: "deep-diff" not in name),
        ("A change between two cell types", "the log2 fold change in its direction", lambda name: "deep-diff" in name),
    )
    for title, what, belongs in titles:
        named = {name: choice for name, choice in found.items() if belongs(name)}
        if not named:
            continue
        lines += [f"## {title}", "", f"Area under the fall of {what}.", ""]
        lines += ["| | " + " | ".join(COLUMNS) + " |", "|---" * (len(COLUMNS) + 1) + "|"]
        lines += [row(name, choice) for name, choice in named.items()] + [""]
        lines += contrasts(named)
        lines += roles(models, named)
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", type=Path, required=True)
    parser.add_argument("--out", type=Path, help="a table of what was found")
    parser.add_argument("--program", type=Path, default=ROOT / "target" / "tests" / "regulens")
    parser.add_argument("--keep", type=Path, help="a folder to keep calibrated models in, and to go on from")
    parser.add_argument("--jobs", type=int, default=1, help="how many models at a time, each on one thread")
    parser.add_argument("--models", type=Path, default=ROOT / "models", help="the folder whose models get their choice")
    given = parser.parse_args()
    began = time.monotonic()
    models = [model for model in sorted(given.models.glob("*.safetensors")) if card(model)["marks"]]
    program, found = given.program.resolve(), {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        planted = simulated(program, folder)
        with ThreadPoolExecutor(given.jobs) as pool:
            of = lambda model: calibrate(program, model, given.cells.resolve(), planted, folder)
            for model, fields in zip(models, pool.map(of, models)):
                found[model.stem] = fields["explanation"]
    print(f"{len(found)} models in {time.monotonic() - began:.0f} s on one core")
    if given.out:
        given.out.write_text("\n".join(report(found, given.models)).rstrip() + "\n")


if __name__ == "__main__":
    main()
