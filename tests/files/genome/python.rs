//! Other implementations read the same bases, where Python has them: `PYTHON` names it, else `python3` is asked.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use regulens::sequence::codes;

use crate::genome::made::{fasta, two_bit};
use crate::genome::open;
use crate::genome::slices::{intervals, yeast};

/// Prints the bases of `NAME START END` rows of the file argv[3], read with the library argv[1] from the file argv[2].
const SCRIPT: &str = "
import sys
library, genome, rows = sys.argv[1:]
if library == 'py2bit':
    import py2bit
    opened = py2bit.open(genome)
    read = lambda name, start, end: opened.sequence(name, start, end)
elif library == 'twobitreader':
    import twobitreader
    opened = twobitreader.TwoBitFile(genome)
    read = lambda name, start, end: opened[name][start:end]
else:
    import pyfaidx
    opened = pyfaidx.Fasta(genome, rebuild=False)
    read = lambda name, start, end: str(opened[name][start:end])
for row in open(rows):
    name, start, end = row.split()
    print(str(read(name, int(start), int(end))).upper())
";

fn python(arguments: &[&str]) -> Option<Output> {
    let python = std::env::var_os("PYTHON").unwrap_or_else(|| "python3".into());
    Command::new(python).arg("-c").args(arguments).output().ok()
}

#[test]
fn other_implementations_read_the_same_bases() {
    let libraries = ["py2bit", "twobitreader", "pyfaidx"];
    let has = |library: &&str| {
        let found = python(&[&format!("import {library}")]);
        found.is_some_and(|output| output.status.success())
    };
    let libraries: Vec<&str> = libraries.into_iter().filter(has).collect();
    if libraries.is_empty() {
        eprintln!("skipped: Python has none of py2bit, twobitreader and pyfaidx");
        return;
    }
    let Some(sequences) = yeast() else { return };
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("python-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        fs::write(&path, bytes).unwrap();
        path.display().to_string()
    };
    let packed = two_bit(&sequences, false, 0);
    let (text, fai) = fasta(&sequences, 60, "\n");
    let (genome, plain) = (write("g.2bit", &packed), write("g.fa", &text));
    write("g.fa.fai", &fai);
    // One base at least: py2bit takes an empty range for the whole sequence.
    let intervals: Vec<_> = intervals(&sequences, 3_000)
        .into_iter()
        .filter(|(_, start, end)| start < end)
        .collect();
    let rows: String = intervals
        .iter()
        .map(|&(sequence, start, end)| format!("{} {start} {end}\n", sequences[sequence].0))
        .collect();
    let rows = write("rows", rows.as_bytes());
    for library in libraries {
        let (file, mut opened) = match library {
            "pyfaidx" => (&plain, open(&text, Some(&fai), None)),
            _ => (&genome, open(&packed, None, None)),
        };
        let output = python(&[SCRIPT, library, file, &rows]).unwrap();
        assert!(
            output.status.success(),
            "{library}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let theirs = String::from_utf8(output.stdout).unwrap();
        assert_eq!(theirs.lines().count(), intervals.len());
        for (&(sequence, start, end), line) in intervals.iter().zip(theirs.lines()) {
            let ours = opened.codes(sequence, start..end).unwrap();
            let ours: String = ours.into_iter().map(|code| char::from(codes::letter(code))).collect();
            assert!(ours == line, "{library}: {}:{start}-{end}", sequences[sequence].0);
        }
        println!("{library}: {} parts are the same", intervals.len());
    }
    fs::remove_dir_all(&folder).unwrap();
}
