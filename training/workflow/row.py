"""Lines of a table of runs, from the JSON that `regulens` prints; both on standard streams.

row.py CELL VARIANT SEED    of `inspect --json` and `evaluate --json`, one after the other
row.py CELL                 of `baseline --json`
"""

import json
import sys

COLUMNS = ["cell_type", "predictor", "seed", "parameters", "validation_auroc", "test_auroc", "test_auprc"]


def documents(text):
    """The JSON documents of a text."""
    decoder, found = json.JSONDecoder(), []
    while text := text.lstrip():
        document, end = decoder.raw_decode(text)
        found.append(document)
        text = text[end:]
    return found


def network(cell, variant, seed, shown, scores):
    card = shown["card"]
    validation = card["metrics"]["validation"]["auroc"]
    return [cell, variant, seed, card["parameters"], validation, scores["auroc"], scores["auprc"]]


def baselines(cell, found):
    for baseline in found["baselines"]:
        test = baseline["test"]
        yield [cell, baseline["name"], "", "", baseline["validation"]["auroc"], test["auroc"], test["auprc"]]


def main(cell, *run):
    found = documents(sys.stdin.read())
    rows = [network(cell, *run, *found)] if run else baselines(cell, *found)
    for row in [COLUMNS, *rows]:
        print(*row, sep="\t")


if __name__ == "__main__":
    main(*sys.argv[1:])
