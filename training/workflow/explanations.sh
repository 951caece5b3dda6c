#!/usr/bin/env bash
# Puts into the card of every shipped model of tables its contrast and the explanation that wins the deletion test:
#   training/workflow/explanations.sh DEEPDIFF_DATA [REGULENS] [MODELS] [KEPT]
# DEEPDIFF_DATA has Cell1.train.csv.gz, valid and expr, and the same of Cell2, of QData/DeepDiffChrome (K562 and H1).
# Validation and simulated genes choose; test genes choose nothing. Results in KEPT are taken again for an equal model.
# The weights stay as they are; run `cargo xtask catalogue` afterwards.
set -euo pipefail

data=$1
regulens=${2:-regulens}
root=$(dirname "$0")/../..
models=${3:-$root/models}
kept=${4:-$root/target/models/explanations}

mkdir -p "$kept"
"$regulens" simulate hm --genes 60 --bins 100 --seed 601 --out "$kept/simulated.csv.gz"
"$regulens" simulate hm-pair --genes 24 --seed 601 --out "$kept/pair.csv.gz"

for model in "$models"/*.safetensors; do
  name=$(basename "$model")
  case $name in
    basenji-*) continue ;;
    deep-diff-*-k562-h1.safetensors)
      # A change takes ten times as long as a gene: two tables of 200 bins, and more encoders.
      of=(--data "validation genes of K562 and H1" --genes 24)
      of+=(--input "$data/Cell1.valid.csv.gz" --input-b "$data/Cell2.valid.csv.gz")
      of+=(--train "$data"/Cell{1,2}.train.csv.gz)
      of+=(--simulated "$kept"/pair.{a,b}.csv.gz --truth "$kept/pair.truth.tsv")
      ;;
    *-k562.safetensors | *-k562-ensemble.safetensors) cell=Cell1 of=(--data "validation genes of K562") ;;
    *-h1.safetensors | *-h1-ensemble.safetensors) cell=Cell2 of=(--data "validation genes of H1") ;;
    *)
      echo "$model: its name has neither k562 nor h1, so its validation genes are not known here" >&2
      exit 1
      ;;
  esac
  if [[ $name != deep-diff-* ]]; then
    of+=(--genes 60 --select-bins 51-150 --input "$data/$cell.valid.csv.gz" --train "$data/$cell.train.csv.gz")
    of+=(--expression "$data/$cell.expr.csv.gz" --simulated "$kept/simulated.csv.gz")
    of+=(--truth "$kept/simulated.truth.tsv")
  fi
  echo "$name"
  if ! cmp -s "$model" "$kept/$name.before"; then
    "$regulens" calibrate explanations --model "$model" "${of[@]}" --out "$kept/$name"
    cp "$model" "$kept/$name.before"
  fi
  cp "$kept/$name" "$model"
done
