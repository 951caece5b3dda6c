"""The values that scikit-learn and scipy give for the metrics of `src/metrics.rs`, which `tests/models/metrics.rs` holds
Regulens to. The numbers that they are of are stored with them, so that no test needs Python.

    pip install -r benches/requirements-metrics.txt
    python benches/metrics.py > tests/models/metrics.json
"""

import json

import numpy
from scipy import stats
from sklearn import metrics

from peers import newest

RANDOM = numpy.random.default_rng(7)


def classes(name, log_odds, labels):
    """The log-odds of examples and whether they are of class true."""
    log_odds, labels = numpy.round(log_odds, 3), numpy.asarray(labels, dtype=int)
    probability = 1 / (1 + numpy.exp(-log_odds))
    return {
        "name": name,
        "log_odds": log_odds.tolist(),
        "labels": labels.tolist(),
        "auroc": metrics.roc_auc_score(labels, log_odds),
        "average_precision": metrics.average_precision_score(labels, log_odds),
        "brier": metrics.brier_score_loss(labels, probability),
        "log_loss": metrics.log_loss(labels, probability),
        "accuracy": metrics.accuracy_score(labels, probability >= 0.5),
    }


def numbers(name, prediction, target):
    prediction, target = numpy.round(prediction, 3), numpy.round(target, 3)
    spread = numpy.ptp(prediction) > 0
    return {
        "name": name,
        "prediction": prediction.tolist(),
        "target": target.tolist(),
        "pearson": stats.pearsonr(prediction, target).statistic if spread else None,
        "spearman": stats.spearmanr(prediction, target).statistic if spread else None,
        "r2": metrics.r2_score(target, prediction),
        "mse": metrics.mean_squared_error(target, prediction),
    }


def of_share(share, apart, count=60):
    """Labels of which a share are true, and log-odds that are higher there."""
    labels = numpy.arange(count) < round(share * count)
    RANDOM.shuffle(labels)
    return RANDOM.normal(0, 1.5, count) + apart * labels - 1, labels


def main():
    newest.check(["scikit-learn", "scipy"])
    balanced, labels = of_share(0.5, 1.5)
    rare, few = of_share(0.06, 2, 100)
    common, most = of_share(0.94, 1, 100)
    order = numpy.sort(balanced)
    target = RANDOM.normal(2, 3, 50)
    noisy = 0.6 * target + RANDOM.normal(0, 2, 50)
    found = {
        "classes": [
            classes("balanced", balanced, labels),
            classes("ties", numpy.round(balanced), labels),
            classes("two scores", numpy.where(balanced > 0, 0.25, -2), labels),
            classes("constant", numpy.full(60, 0.4), numpy.arange(60) < 37),
            classes("6 % of class true", rare, few),
            classes("6 % of class true, ties", numpy.round(rare), few),
            classes("94 % of class true", common, most),
            classes("perfect", order, numpy.arange(60) >= 25),
            classes("inverted", order, numpy.arange(60) < 25),
            classes("sure", 40 * numpy.sign(balanced) * (1 - 0.25 * (numpy.arange(60) % 3)), balanced > 0),
            classes("half zeros", numpy.where(RANDOM.random(60) < 0.68, 0, numpy.abs(balanced)), labels),
        ],
        "numbers": [
            numbers("noisy", noisy, target),
            numbers("ties", numpy.round(noisy), numpy.round(target)),
            numbers("constant prediction", numpy.full(50, 1.5), target),
            numbers("perfect", target, target),
            numbers("inverted", -target, target),
            numbers("far off", 100 + noisy, target),
            numbers("mostly zeros", numpy.where(noisy < 2, 0, noisy), numpy.where(target < 3, 0, target)),
        ],
    }
    print("{")
    for index, (kind, cases) in enumerate(found.items()):
        lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
        print(f'"{kind}": [\n{lines}\n]' + ("," if index == 0 else ""))
    print("}")


main()
