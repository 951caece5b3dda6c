# A VCF or a BED, scored in shards: the files are those that one run of `regulens` over all rows writes, to the byte.
#
#   split ─► variants or regions, a job for each shard ─► merge
#
# RESULTS/variants.tsv, variants.vcf     of a VCF
# RESULTS/regions.tsv                    of a BED
# RESULTS/shards/N-of-SHARDS/            rows.vcf.gz or rows.bed.gz, their scores, log.txt

import shlex
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.utils import min_version, validate

min_version("9.0")
validate(config, "score.schema.yaml")

if ("vcf" in config) == ("bed" in config):
    raise WorkflowError("expected `vcf` or `bed`, one of the two; check the settings.")

KIND = "vcf" if "vcf" in config else "bed"
NAME, ENDINGS = {"vcf": ("variants", ["tsv", "vcf"]), "bed": ("regions", ["tsv"])}[KIND]
RESULTS = config["results"]
REGULENS = shlex.quote(config["regulens"])
SHARDS = shlex.join([sys.executable, str(Path(workflow.basedir) / "shards.py")])
NUMBERS = range(1, config["shards"] + 1)
# With their number in the name, shards of another cut are never taken for those of this one.
SHARD = f"{RESULTS}/shards/{{shard}}-of-{config['shards']}"


def options(wildcards):
    """The flags of a shard's run."""
    return shlex.join(map(str, config["options"]))


wildcard_constraints:
    shard="[0-9]+",
    ending="|".join(ENDINGS),


localrules:
    all,


rule all:
    input:
        expand(f"{RESULTS}/{NAME}.{{ending}}", ending=ENDINGS),


rule split:
    input:
        config[KIND],
    output:
        expand(f"{SHARD}/rows.{KIND}.gz", shard=NUMBERS),
    shell:
        "{SHARDS} split {KIND} {input:q} {output:q}"


# A run that was killed left what it had begun to write beside its files, which no rule owns.
if KIND == "vcf":

    rule variants:
        input:
            rows=f"{SHARD}/rows.vcf.gz",
            model=config["model"],
            genome=config["genome"],
        output:
            tsv=f"{SHARD}/variants.tsv",
            vcf=f"{SHARD}/variants.vcf",
        log:
            f"{SHARD}/log.txt",
        params:
            folder=SHARD,
            options=options,
        threads: config["score"]["threads"]
        resources:
            mem_mb=config["score"]["mem_mb"],
            runtime=config["score"]["runtime"],
        shell:
            "rm -f {params.folder:q}/.regulens-*.partial && "
            "{REGULENS} interpret variants --model {input.model:q} --fasta {input.genome:q} --vcf {input.rows:q} "
            "{params.options} --device {config[device]} --threads {threads} "
            "--tsv {output.tsv:q} --out {output.vcf:q} 2> {log:q}"

else:

    rule regions:
        input:
            rows=f"{SHARD}/rows.bed.gz",
            model=config["model"],
            genome=config["genome"],
        output:
            tsv=f"{SHARD}/regions.tsv",
        log:
            f"{SHARD}/log.txt",
        params:
            folder=SHARD,
            options=options,
        threads: config["score"]["threads"]
        resources:
            mem_mb=config["score"]["mem_mb"],
            runtime=config["score"]["runtime"],
        shell:
            "rm -f {params.folder:q}/.regulens-*.partial && "
            "if [ -s {input.rows:q} ]; then "
            "{REGULENS} predict --model {input.model:q} --input {input.genome:q} --regions {input.rows:q} "
            "{params.options} --device {config[device]} --threads {threads} --out {output.tsv:q} 2> {log:q}; "
            "else : > {output.tsv:q}; fi"


rule merge:
    input:
        expand(f"{SHARD}/{NAME}.{{{{ending}}}}", shard=NUMBERS),
    output:
        f"{RESULTS}/{NAME}.{{ending}}",
    shell:
        "{SHARDS} merge {wildcards.ending} {output:q} {input:q}"
