//! `regulens interpret motifs`: planted sites by their names, decoys never, and files that are no motifs.

use std::fs;
use std::path::Path;

use super::{interpret, shipped, simulated_sequence, texts};
use crate::support::setup::{Folder, Outcome, Results};

fn simulated() -> Folder {
    simulated_sequence(49_152)
}

fn motifs(folder: &Folder, flags: &str) -> Outcome {
    let model = shipped("basenji-attention-two-sided-simulated.safetensors");
    let flags = format!("motifs --model {model} --track ATAC --out @motifs.tsv {flags}");
    interpret(folder, &flags)
}

/// A row's motif, first and last base.
type Place = (String, u64, u64);

fn places(file: &Path) -> Vec<Place> {
    let results = Results::read(file);
    let numbers = |name: &str| -> Vec<u64> {
        let column = texts(&results, name);
        column
            .into_iter()
            .map(|cell| cell.parse().expect("a position"))
            .collect()
    };
    texts(&results, "motif")
        .into_iter()
        .map(str::to_owned)
        .zip(numbers("start"))
        .zip(numbers("end"))
        .map(|((motif, start), end)| (motif, start, end))
        .collect()
}

#[test]
fn what_is_planted_is_named_right_and_a_decoy_never() {
    let folder = simulated();
    let said = motifs(
        &folder,
        "--fasta @sim.fa --motifs @sim.motifs.meme --shuffles 1 --seqlets 0.5 --patterns @patterns.meme --least 3",
    )
    .succeeds();
    assert!(said.stderr.contains("seqlets of track ATAC"), "{}", said.stderr);
    let named = places(&folder.path("motifs.tsv"));
    // The first line says that the sites are simulated.
    let planted = fs::read_to_string(folder.path("sim.sites.tsv")).expect("sites");
    let planted: String = planted.lines().skip(1).map(|line| format!("{line}\n")).collect();
    let planted = places(&folder.write("planted.tsv", planted));
    let sites = |(_, start, end): &Place| -> Vec<&str> {
        let overlapping = planted.iter().filter(|site| site.1 <= *end && *start <= site.2);
        overlapping.map(|site| site.0.as_str()).collect()
    };
    let right = named.iter().filter(|place| sites(place).contains(&place.0.as_str()));
    let right = right.count();
    assert!(named.len() >= 12, "{named:?}");
    assert!(right as f64 >= 0.95 * named.len() as f64, "{right} of {}", named.len());
    let decoys: Vec<&Place> = named.iter().filter(|place| place.0.starts_with("decoy")).collect();
    assert!(decoys.is_empty(), "{decoys:?}");

    // Seqlets that look alike: as many as the file says, by names that they have.
    let patterns = fs::read_to_string(folder.path("patterns.meme")).expect("patterns");
    let names: Vec<&str> = patterns
        .lines()
        .filter_map(|line| line.strip_prefix("MOTIF pattern-"))
        .map(|names| names.split_once(' ').expect("a number and a name").1)
        .collect();
    let sites: Vec<usize> = patterns
        .lines()
        .filter_map(|line| line.split_once("nsites= "))
        .map(|(_, sites)| sites.parse().expect("a count"))
        .collect();
    assert!(!names.is_empty() && names.len() == sites.len(), "{patterns}");
    assert!(
        sites.iter().all(|&count| count >= 3) && sites.is_sorted_by(|a, b| a >= b),
        "{sites:?}"
    );
    assert!(named.iter().any(|place| place.0 == names[0]), "{names:?}");
    // The file is one of motifs itself.
    let flags = "--fasta @sim.fa --motifs @patterns.meme --method gradient --region sim1:20000-40000";
    motifs(&folder, flags).succeeds();
    // The same numbers under another name of the sequence, by --rename alone.
    let table = || fs::read_to_string(folder.path("motifs.tsv")).expect("motifs");
    let expected = table();
    let other = flags.replace("sim1:", "NC_1.1:");
    motifs(&folder, &other).fails(1, &["NC_1.1", "--rename OTHER=NAME"]);
    motifs(&folder, &format!("{other} --rename NC_1.1=sim1")).succeeds();
    assert_eq!(table().replace("NC_1.1", "sim1"), expected);
}

#[test]
fn names_that_are_less_sure_than_is_asked_are_left_out_and_thousands_of_motifs_are_tried() {
    let folder = simulated();
    // The planted ones, and as many again and again that are sharp and planted nowhere.
    let mut text = fs::read_to_string(folder.path("sim.motifs.meme")).expect("motifs");
    let own = text.matches("MOTIF ").count();
    let mut state = 17_u32;
    for number in own..2_000 {
        text += &format!("MOTIF other-{number}\nletter-probability matrix: alength= 4 w= 10 nsites= 50\n");
        for _ in 0..10 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let mut row = ["0.02"; 4];
            row[(state >> 30) as usize] = "0.94";
            text += &format!("{}\n", row.join(" "));
        }
    }
    folder.write("many.meme", text);
    let run = |file: &str, q: &str| {
        let flags =
            format!("--fasta @sim.fa --motifs @{file} --shuffles 1 --seqlets 0.5 --region sim1:20000-40000 {q}");
        let said = motifs(&folder, &flags).succeeds().stderr;
        let results = Results::read(&folder.path("motifs.tsv"));
        (said, places(&folder.path("motifs.tsv")), results.numbers("q"))
    };
    let (_, sure, q) = run("sim.motifs.meme", "");
    assert!(!sure.is_empty() && q.iter().all(|&q| q <= 0.05), "{q:?}");
    let (_, all, q) = run("sim.motifs.meme", "--q 1");
    assert!(all.len() > sure.len() && q.iter().any(|&q| q > 0.05), "{q:?}");
    assert!(sure.iter().all(|place| all.contains(place)), "{sure:?} of {all:?}");
    // One of so many motifs matches anywhere by chance: fewer names are sure, and none is another than before.
    let (said, of_many, q) = run("many.meme", "");
    assert!(said.contains("named by 2000 motifs"), "{said}");
    assert!(of_many.len() <= sure.len() && q.iter().all(|&q| q <= 0.05), "{q:?}");
    assert!(
        of_many.iter().all(|place| sure.contains(place)),
        "{of_many:?} of {sure:?}"
    );
}

#[test]
fn a_motif_of_uniform_columns_names_nothing() {
    let folder = simulated();
    let uniform = "0.25 0.25 0.25 0.25\n".repeat(8);
    let text = format!("MEME version 4\nMOTIF flat\nletter-probability matrix: alength= 4 w= 8\n{uniform}");
    folder.write("flat.meme", text);
    let flags = "--fasta @sim.fa --motifs @flat.meme --method gradient --region sim1:20000-40000";
    let said = motifs(&folder, flags).succeeds();
    assert!(said.stderr.contains(" 0 of them named by 1 motif"), "{}", said.stderr);
    assert!(places(&folder.path("motifs.tsv")).is_empty());
}

#[test]
fn what_is_wrong_is_said_before_anything_is_computed_and_nothing_is_written() {
    let folder = simulated();
    folder.write("sums.meme", "MOTIF a\nletter-probability matrix: w= 1\n0.5 0.6 0 0\n");
    folder.write("protein.meme", "ALPHABET= ACDEFGHIKLMNPQRSTVWY\nMOTIF a\n");
    folder.write(
        "zero.meme",
        "MOTIF a\nletter-probability matrix: w= 2\n1 0 0 0\n0 0 0 0\n",
    );
    folder.write("none.bed", "chr1\t1\t2\n");
    let refused = |file: &str, flags: &str, code: i32, saying: &[&str]| {
        motifs(&folder, &format!("--fasta @sim.fa --motifs @{file} {flags}")).fails(code, saying);
        assert!(!folder.path("motifs.tsv").exists());
    };
    refused("sums.meme", "", 1, &["sums.meme, line 3", "sum to 1.1"]);
    refused("zero.meme", "", 1, &["zero.meme, line 4", "sum to 0"]);
    refused("protein.meme", "", 1, &["protein.meme, line 1", "expected ACGT"]);
    refused("none.bed", "", 1, &["none.bed", "found no motif"]);
    refused("missing.meme", "", 1, &["missing.meme"]);
    refused(
        "sim.motifs.meme",
        "--q 0",
        2,
        &["--q", "a number above 0 and at most 1"],
    );
    refused("sim.motifs.meme", "--region sim9:1-5000", 1, &["sim9"]);
}
