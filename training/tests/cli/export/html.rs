//! `regulens export-html`: what is in the page, which genes are taken, and what is refused.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use regulens::page::{Input, Manifest, View};
use regulens::task::Task;
use regulens::weights::sha256;
use serde_json::{Value, json};

use crate::change::{pair, regulens, trained};
use crate::level;
use crate::support::setup::{BINS, Folder, MARKS, Results};
use crate::tracks::regions::made;

/// A made-up folder of a built site's parts: what the program does with it does not depend on their content.
fn site(folder: &Folder) {
    let parts = folder.path("site/standalone");
    fs::create_dir_all(&parts).expect("the folder takes a folder");
    let leave = |file: &str, content: &[u8], packed: bool| -> Value {
        let mut bytes = content.to_vec();
        if packed {
            let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
            gzip.write_all(content).unwrap();
            bytes = gzip.finish().unwrap();
        }
        fs::write(parts.join(file), bytes).unwrap();
        json!({ "file": file, "bytes": content.len(), "sha256": sha256(content) })
    };
    let template = "<!doctype html><meta charset=\"utf-8\" \
        /><title>{{title}}</title><p>{{caption}}</p>{{picture}}{{data}}\
        <i>{{model}}{{sha256}}{{program}}{{citation}}{{view-hash}}</i>";
    let list = json!({
        "format_version": 2,
        "version": "9.8.7",
        "template": leave("template.html", template.as_bytes(), false),
        "view": leave("view.js.gz", b"view()", true),
        "view-webgpu": leave("view-webgpu.js.gz", b"both()", true),
        "engine-tables": leave("tables.wasm.gz", b"cpu", true),
        "engine-full": leave("full.wasm.gz", b"full", true),
        "engine-webgpu": leave("webgpu.wasm.gz", b"gpu", true),
    });
    fs::write(parts.join("parts.json"), list.to_string()).unwrap();
}

fn manifest(path: &Path) -> Manifest {
    let text = fs::read_to_string(path).expect("a page");
    let (_, from) = text.split_once("id=\"regulens-export\">").expect("a manifest");
    let (json, _) = from.split_once("</script>").expect("its end");
    serde_json::from_str(json).expect("JSON")
}

/// SHA-256 of what is in a block.
fn hash<'a>(manifest: &'a Manifest, id: &str) -> &'a str {
    let block = manifest.blocks.iter().find(|block| block.id == id);
    &block.expect("a block of that name").sha256
}

/// A folder with a model, a table of 9 genes, and a site.
fn ready() -> (Folder, PathBuf, PathBuf) {
    let folder = Folder::new();
    site(&folder);
    let model = folder.model();
    fs::rename(model, folder.path("m.safetensors")).unwrap();
    let table = folder.simulated("sim.csv", 9, BINS, 1);
    let model = folder.path("m.safetensors");
    (folder, model, table)
}

const EXPORT: &str = "export-html --model @m.safetensors --input @sim.csv --site @site --out @page.html";

/// The rows of some genes as a page has them: the model's marks in its order.
fn rows(table: &Path, genes: &[&str]) -> String {
    let text = fs::read_to_string(table).unwrap();
    let lines: Vec<Vec<&str>> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split(',').collect())
        .collect();
    let column = |name: &str| lines[0].iter().position(|cell| *cell == name).unwrap();
    let marks: Vec<usize> = MARKS.iter().map(|mark| column(mark)).collect();
    let label = lines[0].iter().position(|cell| *cell == "label");
    let mut out = format!("gene,bin,{}", MARKS.join(","));
    out += if label.is_some() { ",label\n" } else { "\n" };
    for gene in genes {
        for cells in lines.iter().filter(|cells| cells[0] == *gene) {
            let values: Vec<&str> = marks.iter().map(|&mark| cells[mark]).collect();
            out += &format!("{gene},{},{}", cells[1], values.join(","));
            if let Some(label) = label {
                out += &format!(",{}", cells[label]);
            }
            out.push('\n');
        }
    }
    out
}

#[test]
fn a_page_has_the_models_bytes_and_the_chosen_genes_in_the_order_asked_for() {
    let (folder, model, table) = ready();
    let command = format!("{EXPORT} --genes SIM000004,SIM000002 --view gene --caption <b>");
    let said = regulens(&folder, &command).succeeds().stderr;
    assert!(said.contains("2 of 9 genes"), "{said}");
    let found = manifest(&folder.path("page.html"));
    assert_eq!(hash(&found, "weights"), sha256(&fs::read(&model).unwrap()));
    assert_eq!(found.model.sha256, hash(&found, "weights"));
    let expected = rows(&table, &["SIM000004", "SIM000002"]);
    assert_eq!(hash(&found, "table"), sha256(expected.as_bytes()));
    let ids: Vec<&str> = found.blocks.iter().map(|block| block.id.as_str()).collect();
    assert_eq!(ids, ["weights", "table", "run", "engine-cpu", "view"]);
    assert_eq!(found.looked.view, Some(View::Gene));
    assert_eq!(found.looked.gene.as_deref(), Some("SIM000004"));
    assert_eq!(found.program, "Regulens 9.8.7");
    let Input { file, items, of, .. } = &found.inputs[0];
    assert_eq!((file.as_str(), *items, *of), ("sim.csv", Some(2), Some(9)));
    let text = fs::read_to_string(folder.path("page.html")).unwrap();
    assert!(text.contains("<p>&#60;b&#62;</p>"), "the caption is text");
    assert!(text.contains("<svg ") && text.contains("SIM000004, P(on) = "));
}

#[test]
fn a_page_keeps_what_its_table_says_of_marks_that_were_not_measured() {
    let (folder, _, table) = ready();
    let note = "H3K9me3: not measured; 1.375 stands in for it in all bins: a test";
    let text = fs::read_to_string(&table).unwrap();
    fs::write(&table, format!("# {note}\n{text}")).unwrap();
    regulens(&folder, &format!("{EXPORT} --genes SIM000004")).succeeds();
    let found = manifest(&folder.path("page.html"));
    assert!(
        found.inputs[0].notes.iter().flatten().any(|said| said == note),
        "{:?}",
        found.inputs[0].notes
    );
}

#[test]
fn the_genes_of_the_highest_predictions_are_taken() {
    let (folder, _, table) = ready();
    regulens(&folder, "predict --model @m.safetensors --input @sim.csv --out @p.tsv").succeeds();
    let results = Results::read(&folder.path("p.tsv"));
    let logits = results.numbers("logit");
    let mut order: Vec<usize> = (0..logits.len()).collect();
    order.sort_by(|&a, &b| logits[b].total_cmp(&logits[a]));
    let highest: Vec<&str> = order[..3].iter().map(|&at| results.rows[at][0].as_str()).collect();
    regulens(&folder, &format!("{EXPORT} --top 3")).succeeds();
    let found = manifest(&folder.path("page.html"));
    assert_eq!(hash(&found, "table"), sha256(rows(&table, &highest).as_bytes()));
    // A table with fewer genes than are taken by default is taken whole.
    regulens(&folder, EXPORT).succeeds();
    assert_eq!(manifest(&folder.path("page.html")).inputs[0].items, Some(9));
}

#[test]
fn what_a_page_says_of_all_genes_is_of_the_whole_run_though_it_has_a_part() {
    let (folder, _, _) = ready();
    let table = folder.simulated("many.csv", 60, BINS, 5);
    let export = EXPORT.replace("@sim.csv", "@many.csv");
    regulens(&folder, "predict --model @m.safetensors --input @many.csv --out @p.tsv").succeeds();
    let predicted = Results::read(&folder.path("p.tsv")).rows;
    let labels: Vec<String> = fs::read_to_string(&table)
        .unwrap()
        .lines()
        .filter(|line| line.starts_with("SIM"))
        .step_by(BINS)
        .map(|row| row.rsplit(',').next().unwrap().to_owned())
        .collect();
    let rows: String = predicted
        .iter()
        .zip(&labels)
        .map(|(row, label)| format!("{},{label}\n", row[1].parse::<f32>().unwrap()))
        .collect();
    let evaluated = regulens(&folder, "evaluate --model @m.safetensors --input @many.csv --json")
        .succeeds()
        .stdout;
    let evaluated: Value = serde_json::from_str(&evaluated).unwrap();
    for (choice, chosen) in [
        ("--top 10", "those with the highest P(on)"),
        ("--genes SIM000004,SIM000002", "those that were named"),
    ] {
        regulens(&folder, &format!("{export} {choice}")).succeeds();
        let found = manifest(&folder.path("page.html"));
        let run = found
            .run
            .as_ref()
            .expect("a page of a part says what the whole run was");
        assert_eq!((run.genes, run.chosen.as_str()), (60, chosen));
        let auroc = evaluated["auroc"].as_f64().expect("an AUROC");
        assert!((run.auroc.unwrap() - auroc).abs() < 1e-6, "{:?} {auroc}", run.auroc);
        assert_eq!(
            hash(&found, &run.block),
            sha256(format!("probability,label\n{rows}").as_bytes())
        );
        let attention = run.attention.as_ref().expect("this model attends to bins");
        assert_eq!(attention.genes_on + attention.genes_off, 60);
    }
    // A page of all genes says all of them itself.
    regulens(&folder, &export).succeeds();
    assert_eq!(manifest(&folder.path("page.html")).run, None);
}

#[test]
fn a_page_that_takes_anothers_place_says_so() {
    let (folder, _, _) = ready();
    let said = regulens(&folder, EXPORT).succeeds().stderr;
    assert!(!said.contains("which replaced"), "{said}");
    let said = regulens(&folder, EXPORT).succeeds().stderr;
    assert!(said.contains("which replaced the file of that name"), "{said}");
}

#[test]
fn with_webgpu_a_page_has_both_engines() {
    let (folder, _, _) = ready();
    regulens(&folder, &format!("{EXPORT} --webgpu")).succeeds();
    let found = manifest(&folder.path("page.html"));
    assert_eq!(hash(&found, "engine-webgpu"), sha256(b"gpu"));
    assert_eq!(hash(&found, "view"), sha256(b"both()"));
}

#[test]
fn what_cannot_be_is_refused_before_anything_is_written() {
    let (folder, _, _) = ready();
    let fails = |flags: &str, code: i32, saying: &[&str]| {
        regulens(&folder, &format!("{EXPORT} {flags}")).fails(code, saying);
        assert!(!folder.path("page.html").exists(), "{flags}");
    };
    fails(
        "--genes SIM000001,NONE",
        1,
        &["found no NONE (1 of 2 names)", "such as SIM000001"],
    );
    fails("--view tracks", 2, &["set or gene"]);
    fails("--top 0", 2, &["1 to 2000 genes"]);
    fails("--genes A --top 3", 2, &["cannot be used with"]);
    fails("--measured x.bw", 2, &["cannot be used with"]);
    let elsewhere = EXPORT.replace("--site @site", "--site @nowhere");
    regulens(&folder, &elsewhere).fails(2, &["standalone/parts.json", "cargo xtask site", "REGULENS_SITE"]);
    // A part of another build.
    let parts = folder.path("site/standalone");
    fs::copy(parts.join("tables.wasm.gz"), parts.join("view.js.gz")).unwrap();
    regulens(&folder, EXPORT).fails(1, &["view.js.gz", "SHA-256"]);
    assert!(!folder.path("page.html").exists());
}

#[test]
fn a_model_of_a_change_takes_the_genes_that_both_tables_have() {
    let folder = Folder::new();
    site(&folder);
    trained(&folder, "raw-d");
    pair(&folder, "p", 6, 3);
    let command = "export-html --model @raw-d.safetensors --input @p.a.csv --input-b @p.b.csv --top 2 --site @site \
        --out @page.html";
    let said = regulens(&folder, command).succeeds().stderr;
    assert!(said.contains("2 of 6 genes"), "{said}");
    let found = manifest(&folder.path("page.html"));
    let roles: Vec<&str> = found.inputs.iter().map(|input| input.role.name()).collect();
    assert_eq!(roles, ["table", "table-b"]);
    assert_ne!(hash(&found, "table"), hash(&found, "table-b"));
    let run = found.run.expect("a page of a part says what the whole run was");
    assert_eq!(
        (run.genes, run.chosen.as_str()),
        (6, "those with the highest log2 fold change")
    );
    let weights = run.weights.expect("this model weighs marks");
    assert_eq!(weights.columns.len(), 5);
    // The tenth that changes most is one gene at least; small changes share their two decimals with others.
    assert!((1..=6).contains(&(weights.up + weights.down)), "{weights:?}");
}

#[test]
fn a_model_of_level_takes_the_genes_of_the_highest_levels_and_keeps_the_coverage_of_its_intervals() {
    let folder = Folder::new();
    site(&folder);
    level::tables(&folder, 60);
    level::train(&folder, "--out @m.safetensors").succeeds();
    let export = "export-html --model @m.safetensors --input @test.csv --top 3 --site @site --out @page.html";
    regulens(&folder, &format!("{export} --coverage 0.8")).fails(2, &["--coverage", "not calibrated"]);
    assert!(!folder.path("page.html").exists());
    regulens(
        &folder,
        "calibrate confidence --model @m.safetensors --input @valid.csv --expression @counts.csv --out @m.safetensors",
    )
    .succeeds();
    regulens(&folder, "predict --model @m.safetensors --input @test.csv --out @p.tsv").succeeds();
    let results = Results::read(&folder.path("p.tsv"));
    let levels = results.numbers("level");
    let mut order: Vec<usize> = (0..levels.len()).collect();
    order.sort_by(|&a, &b| levels[b].total_cmp(&levels[a]));
    let highest: Vec<&str> = order[..3].iter().map(|&at| results.rows[at][0].as_str()).collect();

    let said = regulens(&folder, &format!("{export} --coverage 0.8 --view gene"))
        .succeeds()
        .stderr;
    assert!(said.contains("3 of 60 genes"), "{said}");
    let found = manifest(&folder.path("page.html"));
    assert_eq!((found.model.task, found.looked.view), (Task::Level, Some(View::Gene)));
    assert_eq!(found.looked.gene.as_deref(), Some(highest[0]));
    let table = rows(&folder.path("test.csv"), &highest);
    assert_eq!(hash(&found, "table"), sha256(table.as_bytes()));
    // The small engine reads tables, whatever is predicted of them.
    assert_eq!(hash(&found, "engine-cpu"), sha256(b"cpu"));
    assert_eq!(found.looked.coverage, Some(0.8));
    let run = found
        .run
        .as_ref()
        .expect("a page of a part says what the whole run was");
    assert_eq!((run.genes, run.chosen.as_str()), (60, "those with the highest level"));
    let all = results
        .rows
        .iter()
        .map(|row| format!("{}\n", row[1].parse::<f32>().unwrap()));
    let all = format!("level\n{}", all.collect::<String>());
    assert_eq!(hash(&found, &run.block), sha256(all.as_bytes()));
    let text = fs::read_to_string(folder.path("page.html")).unwrap();
    let drawn = format!("{}, predicted level {:.2}<", highest[0], levels[order[0]]);
    assert!(text.contains(&drawn), "{drawn}");
}

#[test]
fn a_model_of_sequences_takes_records_and_what_was_measured_along_them() {
    let folder = Folder::new();
    site(&folder);
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models");
    let model = models.join("basenji-attention-two-sided-simulated.safetensors");
    fs::copy(model, folder.path("s.safetensors")).unwrap();
    let bases = "ACGTTGCA".repeat(300);
    folder.write("s.fa", format!(">one first\n{bases}\n>two\n{bases}\n"));
    folder.write("m.bedGraph", "two\t10\t20\t1.5\ntwo\t20\t30\t1.5\ntwo\t40\t41\t0.1\n");
    let command = "export-html --model @s.safetensors --fasta @s.fa --measured @m.bedGraph --genes two --site @site \
        --out @page.html";
    regulens(&folder, command).succeeds();
    let found = manifest(&folder.path("page.html"));
    let measured = "two\t10\t30\t1.5\ntwo\t40\t41\t0.1\n";
    assert_eq!(hash(&found, "measured"), sha256(measured.as_bytes()));
    let lines: Vec<String> = bases
        .as_bytes()
        .chunks(80)
        .map(|line| String::from_utf8_lossy(line).into_owned())
        .collect();
    let fasta = format!(">two\n{}\n", lines.join("\n"));
    assert_eq!(hash(&found, "sequences"), sha256(fasta.as_bytes()));
    assert_eq!(found.looked.view, Some(View::Tracks));
    assert_eq!((found.looked.coverage, found.assembly), (None, None));
    regulens(&folder, &format!("{command} --coverage 0.8 --assembly hg38")).succeeds();
    let found = manifest(&folder.path("page.html"));
    assert_eq!(
        (found.looked.coverage, found.assembly.as_deref()),
        (Some(0.8), Some("hg38"))
    );
    regulens(&folder, &format!("{command} --coverage 0.999999")).fails(2, &["--coverage", "give at most"]);
    regulens(&folder, &command.replace("--genes two", "--genes one"))
        .fails(1, &["found no value on the chosen records"]);
    regulens(
        &folder,
        &command.replace("--fasta @s.fa --measured @m.bedGraph", "--input @s.fa"),
    )
    .fails(2, &["reads sequences: give --fasta"]);
}

#[test]
fn of_a_vcf_the_variants_with_the_largest_scores_come_with_the_bases_around_them() {
    let folder = Folder::new();
    site(&folder);
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models");
    let model = models.join("basenji-attention-two-sided-simulated.safetensors");
    fs::copy(model, folder.path("s.safetensors")).unwrap();
    regulens(
        &folder,
        "simulate sequence --length 60000 --seed 5 --variants 6 --out @s",
    )
    .succeeds();
    let scored = "interpret variants --model @s.safetensors --fasta @s.fa --vcf @s.vcf --track ATAC --tsv @s.tsv";
    regulens(&folder, scored).succeeds();
    let table = fs::read_to_string(folder.path("s.tsv")).unwrap();
    let mut rows: Vec<Vec<&str>> = table.lines().map(|line| line.split('\t').collect()).collect();
    let header = rows.remove(0);
    let column = |name: &str| header.iter().position(|cell| *cell == name).unwrap();
    // As the page ranks them: by percentile, and of equal ones by size.
    let rank = |row: &[&str]| ["percentile", "sad"].map(|name| row[column(name)].parse::<f64>().unwrap().abs());
    rows.sort_by(|a, b| {
        let (a, b) = (rank(a), rank(b));
        b[0].total_cmp(&a[0]).then(b[1].total_cmp(&a[1]))
    });

    let command = "export-html --model @s.safetensors --fasta @s.fa --vcf @s.vcf --top 2 --site @site --out @page.html";
    let said = regulens(&folder, command).succeeds().stderr;
    assert!(said.contains("2 of 6 variants, ranked by ATAC"), "{said}");
    let found = manifest(&folder.path("page.html"));
    assert_eq!(found.looked.view, Some(View::Variants));
    let first = &rows[0];
    let selected = format!("{}:{} {}>{}", first[0], first[1], first[3], first[4]);
    assert_eq!(found.looked.variant, Some(selected));
    let Input { items, of, .. } = &found.inputs[1];
    assert_eq!((*items, *of), (Some(2), Some(6)));

    // With genes; those near by are found by the name that the genome has.
    let gene = "chrsim1\tx\tgene\t1\t9\t.\t+\t.\tgene_id \"G1.2\"; gene_name \"AAA1\";\n";
    folder.write("a.gtf", gene);
    regulens(&folder, &format!("{command} --annotation @a.gtf")).succeeds();
    let with_genes = manifest(&folder.path("page.html"));
    let [.., of_genes] = &with_genes.inputs[..] else {
        panic!("the genes")
    };
    assert_eq!((of_genes.role.name(), &*of_genes.file), ("genes", "a.gtf"));
    assert_eq!(with_genes.title, found.title);
    for id in ["sequences", "variants"] {
        assert_eq!(hash(&with_genes, id), hash(&found, id));
    }

    // The page has these two rows of the VCF, in its order.
    let largest = [rows[0][1], rows[1][1]];
    let vcf = fs::read_to_string(folder.path("s.vcf")).unwrap();
    let is_kept = |line: &&str| line.starts_with('#') || largest.contains(&line.split('\t').nth(1).unwrap());
    let kept: Vec<&str> = vcf.lines().filter(is_kept).collect();
    let text = format!("{}\n", kept.join("\n"));
    assert_eq!(hash(&found, "variants"), sha256(text.as_bytes()));
    let bases = found.blocks.iter().find(|block| block.id == "sequences").unwrap().bytes;
    // A window for each; of variants that lie close they overlap.
    assert!((1..=4).contains(&(bases / 16_384)), "{bases} bytes around two variants");

    for (change, code, says) in [
        ("--top 2", "--top 0", "--top chooses 1 to 500 variants"),
        ("--top 2", "--genes sim1", "--top chooses 1 to 500 variants"),
        ("--top 2", "--track nothing", "--track nothing is not a track"),
        (
            "--vcf @s.vcf",
            "--view attention --vcf @s.vcf",
            "has the views variants or tracks",
        ),
        (
            "--vcf @s.vcf",
            "--measured @s.bedGraph --vcf @s.vcf",
            "cannot be used with",
        ),
    ] {
        regulens(&folder, &command.replace(change, code)).fails(2, &[says]);
    }
    // Rows without a score are told as `interpret variants` tells them.
    let fasta = fs::read_to_string(folder.path("s.fa")).unwrap();
    let bases: String = fasta
        .lines()
        .skip(1)
        .take_while(|line| !line.starts_with('>'))
        .collect();
    let more = [
        ("11", "N", "A"),
        ("12", "N", "C"),
        ("21", &bases[20..21], "<DEL>"),
        ("31", &bases[30..15_030], "A"),
    ];
    let more = more.map(|(position, from, to)| format!("sim1\t{position}\t.\t{from}\t{to}\t.\t.\t.\n"));
    folder.write("more.vcf", format!("{vcf}{}", more.concat()));
    let said = regulens(&folder, &command.replace("@s.vcf", "@more.vcf"))
        .succeeds()
        .stderr;
    let told = regulens(&folder, &scored.replace("@s.vcf", "@more.vcf"))
        .succeeds()
        .stderr;
    let line = vcf.lines().count() + 1;
    for remark in [
        &*format!(
            "more.vcf, line {line}: ambiguous bases in REF (N where the FASTA has a base, or another IUPAC code); 2 \
            such rows "
        ),
        "  1 alternatives are symbolic: ",
        "  1 alternatives are longer than half of what the model predicts: ",
    ] {
        assert!(said.contains(remark), "`{remark}` is not in: {said}");
        assert!(told.contains(remark), "`{remark}` is not in: {told}");
    }

    folder.write("gone.vcf", vcf.replace("sim1\t", "other\t"));
    let gone = command.replace("@s.vcf", "@gone.vcf");
    regulens(&folder, &gone).fails(1, &["gone.vcf", "other", "--rename OTHER=NAME"]);
    regulens(&folder, &format!("{gone} --rename other=sim1")).succeeds();
    let renamed = manifest(&folder.path("page.html"));
    assert_eq!(hash(&renamed, "sequences"), hash(&found, "sequences"));
    assert_eq!(
        hash(&renamed, "variants"),
        sha256(text.replace("sim1\t", "other\t").as_bytes())
    );
}

#[test]
fn places_of_a_genome_come_with_the_bases_that_predict_the_same_there() {
    let folder = Folder::new();
    site(&folder);
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models");
    let model = models.join("basenji-attention-two-sided-simulated.safetensors");
    fs::copy(model, folder.path("s.safetensors")).unwrap();
    regulens(&folder, "simulate sequence --length 120000 --seed 5 --out @s").succeeds();
    let fasta = fs::read_to_string(folder.path("s.fa")).unwrap();
    let letters: String = fasta.lines().filter(|line| !line.starts_with('>')).collect();
    assert_eq!(letters.len(), 120_000);
    folder.write("r.bed", "chrsim1\t30000\t35536\tfirst one\n");

    let command = "export-html --model @s.safetensors --fasta @s.fa --regions @r.bed sim1:100,001-100,100 sim1:32,001-32,001 \
        --site @site --out @page.html";
    let said = regulens(&folder, command).succeeds().stderr;
    assert!(said.contains("page.html: 3 regions, 71172 bases"), "{said}");
    assert!(said.contains("s.fa: read chrsim1 as sim1"), "{said}");
    let found = manifest(&folder.path("page.html"));
    assert_eq!(found.looked.view, Some(View::Tracks));
    assert_eq!(found.looked.region.as_deref(), Some("sim1:30,001-35,536"));
    let inputs = found
        .inputs
        .iter()
        .map(|input| (input.role.name(), input.file.as_str()));
    assert_eq!(
        inputs.collect::<Vec<_>>(),
        [("sequences", "s.fa"), ("regions", "r.bed")]
    );
    let ids: Vec<&str> = found.blocks.iter().map(|block| block.id.as_str()).collect();
    assert_eq!(ids, ["weights", "sequences", "regions", "engine-cpu", "view"]);
    let listed = "sim1\t30000\t35536\tfirst one\nsim1\t100000\t100100\tsim1:100,001-100,100\n\
        sim1\t32000\t32001\tsim1:32,001\n";
    assert_eq!(hash(&found, "regions"), sha256(listed.as_bytes()));
    let text = fs::read_to_string(folder.path("page.html")).unwrap();
    assert!(text.contains("first one, sim1:30,001-35,536, predicted"));

    // The model reads 16,384 bases on either side of a region; each base comes once, and where it lies.
    let mut pieces = String::new();
    let mut alone = vec![b'N'; letters.len()];
    for (start, end) in [(30_000 - 16_384, 35_536 + 16_384), (100_000 - 16_384, 100_100 + 16_384)] {
        pieces += &format!(">sim1:{}-{end} piece of 120000\n", start + 1);
        for line in letters.as_bytes()[start..end].chunks(80) {
            pieces += &format!("{}\n", String::from_utf8_lossy(line));
        }
        alone[start..end].copy_from_slice(&letters.as_bytes()[start..end]);
    }
    assert_eq!(hash(&found, "sequences"), sha256(pieces.as_bytes()));
    folder.write("alone.fa", [b">sim1\n", alone.as_slice(), b"\n"].concat());
    let predicted = |fasta: &str| {
        let command = format!("predict --model @s.safetensors --input @{fasta} --regions @r.bed --out @{fasta}.tsv");
        regulens(&folder, &command).succeeds();
        fs::read_to_string(folder.path(&format!("{fasta}.tsv"))).unwrap()
    };
    assert_eq!(predicted("alone.fa"), predicted("s.fa"));

    // The same places under another name of the sequence, by --rename alone.
    let other =
        "export-html --model @s.safetensors --fasta @s.fa --regions NC_1.1:32,001-32,001 --site @site --out @page.html";
    regulens(&folder, other).fails(1, &["NC_1.1", "--rename OTHER=NAME"]);
    regulens(&folder, &format!("{other} --rename NC_1.1=sim1")).succeeds();
    let renamed = manifest(&folder.path("page.html"));
    assert_eq!(renamed.looked.region.as_deref(), Some("sim1:32,001"));

    // The same from 2bit, and of a gene that lies there.
    let two_bit = made::two_bit(&[("sim1".to_owned(), letters.into_bytes())], true, 0);
    folder.write("g.2bit", two_bit);
    regulens(&folder, &command.replace("@s.fa", "@g.2bit")).succeeds();
    let again = manifest(&folder.path("page.html"));
    assert_eq!(hash(&again, "sequences"), hash(&found, "sequences"));
    let gene = "chrsim1\tx\tgene\t30001\t35536\t.\t-\t.\tgene_id \"G1.2\"; gene_name \"AAA1\";\n";
    folder.write("a.gtf", gene);
    folder.write("names.txt", "AAA1\n");
    for genes in ["--genes AAA1", "--genes-file @names.txt"] {
        let genes = format!("{genes} --annotation @a.gtf");
        regulens(
            &folder,
            &command.replace("--regions @r.bed sim1:100,001-100,100 sim1:32,001-32,001", &genes),
        )
        .succeeds();
        let found = manifest(&folder.path("page.html"));
        assert_eq!(hash(&found, "regions"), sha256(b"sim1\t30000\t35536\tAAA1\n"));
        assert_eq!((&*found.inputs[1].file, found.inputs[1].items), ("a.gtf", Some(1)));
        let text = concat!(
            r#"{"file":"a.gtf","models":[{"id":"G1.2","name":"AAA1","biotype":null,"chromosome":"chrsim1","#,
            r#""strand":"-","start":30000,"end":35536,"tss":35535,"exons":[30000,35536]}],"near":[]}"#,
        );
        assert_eq!(hash(&found, "genes"), sha256(text.as_bytes()));
    }
}

#[test]
fn places_that_cannot_be_are_refused_before_anything_is_written() {
    let (folder, _, _) = ready();
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models");
    let model = models.join("basenji-attention-two-sided-simulated.safetensors");
    fs::copy(model, folder.path("s.safetensors")).unwrap();
    folder.write("s.fa", format!(">sim1\n{}\n", "ACGTTGCA".repeat(300)));
    folder.write(
        "a.gtf",
        "sim1\tx\tgene\t11\t20\t.\t-\t.\tgene_id \"G1\"; gene_name \"AAA1\";\n",
    );
    folder.write(
        "v.vcf",
        "##fileformat=VCFv4.3\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n",
    );
    folder.write("bad.bed", "sim1\t1\t2\nsim1\t5\n");
    folder.write("many.bed", "sim1\t1\t2\n".repeat(501));
    let command = "export-html --model @s.safetensors --fasta @s.fa --site @site --out @page.html";
    for (flags, code, saying) in [
        ("--regions sim1:9-3", 2, "--regions: found \"sim1:9-3\""),
        ("--regions sim1:2400-2401", 1, "beyond the end of sim1"),
        ("--regions sim2:1-9", 1, "found no sequence sim2"),
        ("--regions @bad.bed", 1, "bad.bed, line 2: found"),
        ("--regions @many.bed", 2, "1 to 500 regions; found 501"),
        ("--regions sim1:1-9 --top 1", 2, "cannot be used with"),
        ("--regions sim1:1-9 --vcf @v.vcf", 2, "cannot be used with"),
        ("--regions sim1:1-9 --genes AAA1", 2, "give it as --annotation"),
        (
            "--annotation @a.gtf --genes AAA1 --measured @s.bedGraph",
            2,
            "leave out --genes",
        ),
        ("--annotation @a.gtf --genes AAA2", 1, "a.gtf: found no gene AAA2"),
    ] {
        regulens(&folder, &format!("{command} {flags}")).fails(code, &[saying]);
        assert!(!folder.path("page.html").exists(), "{flags}");
    }
    let tables = EXPORT.replace("--input @sim.csv", "--fasta @s.fa --regions sim1:1-9");
    regulens(&folder, &tables).fails(2, &["reads tables: give --input"]);
}
