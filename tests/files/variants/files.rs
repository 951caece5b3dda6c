//! Sound files, in and out.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use regulens::sequence::vcf::{Alternative, InfoField, Row, Variant, Vcf};

use crate::variants::{fasta, read, vcf};

fn bases(text: &str) -> Alternative<'_> {
    Alternative::Bases(text.into())
}

fn other(text: &str) -> Alternative<'_> {
    Alternative::Other(text.into())
}

fn alternatives(row: &Row) -> Vec<Alternative<'_>> {
    row.alternatives().collect()
}

#[test]
fn a_row_has_its_place_and_all_alternatives() {
    let read = read(&["chrI 2 rs1 c t,CA,<DEL>,* 50 PASS DP=3", "chrII 7 . AA A . . ."]);
    let row = &read.rows[0];
    assert_eq!((row.line, row.contig(), row.position, row.id()), (4, "chrI", 2, "rs1"));
    assert_eq!(row.reference(), "C");
    assert_eq!(alternatives(row), [bases("T"), bases("CA"), other("<DEL>"), other("*")]);
    assert_eq!(alternatives(&read.rows[1]), [bases("A")]);
    assert_eq!(read.without_bases(), 2);
}

#[test]
fn alternatives_that_say_no_bases_are_kept_and_not_placed() {
    for text in ["<INS:ME>", "*", ".", "G]chrII:3]", "[chrII:3[G", ".A", "A."] {
        let read = read(&[&format!("chrI 3 . G {text} . . .")]);
        assert_eq!(alternatives(&read.rows[0]), [other(text)]);
        assert!(read.place(&mut fasta()).expect("a place").is_empty(), "{text}");
    }
}

#[test]
fn packing_and_line_ends_do_not_matter() {
    let text = vcf(&["chrI 2 . C T . . .", "chrI 3 . G T . . ."]);
    let plain = Vcf::read("v", text.as_bytes()).expect("plain");
    let windows = Vcf::read("v", text.replace('\n', "\r\n").as_bytes()).expect("line ends of Windows");
    assert_eq!(plain, windows);
    // Two members, as bgzip writes.
    let mut packed = Vec::new();
    for piece in text.as_bytes().chunks(70) {
        let mut member = GzEncoder::new(Vec::new(), Compression::default());
        member.write_all(piece).expect("memory");
        packed.extend(member.finish().expect("memory"));
    }
    assert_eq!(plain, Vcf::read("v", &packed).expect("packed"));
    let unended = Vcf::read("v", text.trim_end().as_bytes()).expect("no line end");
    assert_eq!(plain, unended);
}

#[test]
fn a_file_without_rows_is_no_fault() {
    assert!(read(&[]).rows.is_empty());
}

#[test]
fn variants_are_placed_by_name_and_codes() {
    let read = read(&["chrII 7 . A G . . .", "chrI 2 . CG C,CGT . . ."]);
    let placed = read.place(&mut fasta()).expect("places");
    let variant = |row, alternative, record, position, from: &[u8], to: &[u8]| Variant {
        row,
        alternative,
        record,
        position,
        from: from.to_vec(),
        to: to.to_vec(),
    };
    assert_eq!(
        placed,
        [
            variant(0, 0, 1, 6, &[0], &[2]),
            variant(1, 0, 0, 1, &[1, 2], &[1]),
            variant(1, 1, 0, 1, &[1, 2], &[1, 2, 3]),
        ]
    );
}

#[test]
fn rows_in_any_order_are_placed_and_keep_their_order() {
    let rows = [
        "chrII 7 . A G . . .",
        "chrI 3 . G A . . .",
        "chrII 2 . G C . . .",
        "chrI 2 . C T . . .",
    ];
    let places = |rows: &[&str]| -> Vec<(usize, usize)> {
        let placed = read(rows).place(&mut fasta()).expect("places");
        assert!(placed.iter().map(|variant| variant.row).eq(0..rows.len()));
        placed
            .iter()
            .map(|variant| (variant.record, variant.position))
            .collect()
    };
    let mut unsorted = places(&rows);
    assert_eq!(unsorted, [(1, 6), (0, 2), (1, 1), (0, 1)]);
    let sorted = places(&[rows[3], rows[1], rows[2], rows[0]]);
    unsorted.sort_unstable();
    assert_eq!(unsorted, sorted);
}

#[test]
fn a_million_rows_are_read_and_placed_each_with_its_line() {
    let rows = 1_000_000;
    let mut text = vcf(&[]);
    for row in 0..rows {
        text += if row % 2 == 0 {
            "chrI\t2\t.\tC\tT\t.\t.\t.\n"
        } else {
            "chrII\t7\t.\tA\tG\t.\t.\t.\n"
        };
    }
    let read = Vcf::read("v.vcf", text.as_bytes()).expect("a VCF");
    assert_eq!((read.rows.len(), read.rows[rows - 1].line), (rows, rows as u64 + 3));
    let placed = read.place(&mut fasta()).expect("places");
    assert_eq!(placed.len(), rows);
    assert_eq!((placed[rows - 1].record, placed[rows - 1].position), (1, 6));
    // The last row of them all is at fault.
    text += "chrI\tx\t.\tC\tT\t.\t.\t.\n";
    let error = Vcf::read("v.vcf", text.as_bytes()).expect_err("a fault").to_string();
    assert!(error.starts_with("v.vcf, line 1000004, column POS"), "{error}");
}

#[test]
fn where_the_fasta_knows_no_base_the_variant_says_it() {
    let placed = read(&["chrII 3 . A G . . ."]).place(&mut fasta()).expect("a place");
    assert_eq!((placed[0].position, &placed[0].from[..]), (2, &[0][..]));
}

#[test]
fn a_typed_variant_is_read_in_the_usual_ways() {
    for text in ["chrI:2 C>T", "chrI:2:C:T", "chrI-2-C-T", " chrI:2 c/t ", "chrI 2 C T"] {
        let typed = Vcf::typed("the variant", text).expect(text);
        let row = &typed.rows[0];
        assert_eq!((row.contig(), row.position), ("chrI", 2), "{text}");
        assert_eq!(
            (&*row.reference(), alternatives(row)),
            ("C", vec![bases("T")]),
            "{text}"
        );
    }
    // Names may hold what separates.
    let typed = Vcf::typed("the variant", "HLA-A*01:01:2:C:CA").expect("a variant");
    assert_eq!(typed.rows[0].contig(), "HLA-A*01:01");
    for text in ["", "chrI:2", "chrI:x C>T", "chrI:0 C>T", "chrI:2 C>?"] {
        let error = Vcf::typed("the variant", text).expect_err(text);
        assert!(error.to_string().contains("such as chrI:1042 A>G"), "{error}");
    }
}

#[test]
fn what_is_written_is_what_was_read_with_fields_added() {
    let text = vcf(&[
        "chrI 2 rs1 C T,A 50 PASS DP=3;X=1;FLAG GT 0/1",
        "chrI 3 . G <DEL> . . .",
    ])
    .replace(
        "##contig",
        "##INFO=<ID=X,Number=A,Type=Float,Description=\"old\">\n##contig",
    );
    let read = Vcf::read("v", text.as_bytes()).expect("a VCF");
    let fields = [
        InfoField {
            id: "X".to_owned(),
            kind: "Float",
            description: "of a \"track\"".to_owned(),
        },
        InfoField {
            id: "Y".to_owned(),
            kind: "String",
            description: "another".to_owned(),
        },
    ];
    let values = |row| match row {
        0 => vec![
            vec![Some("1.5".to_owned()), None],
            vec![Some("a".to_owned()), Some("b".to_owned())],
        ],
        _ => vec![vec![None], vec![None]],
    };
    let mut out = Vec::new();
    read.write(&[("regulens", "a note".to_owned())], &fields, values, &mut out)
        .expect("memory");
    let written = String::from_utf8(out).expect("text");
    let lines: Vec<&str> = written.lines().collect();
    assert_eq!(
        lines,
        [
            "##fileformat=VCFv4.3",
            "##contig=<ID=chrI>",
            "##regulens=a note",
            "##INFO=<ID=X,Number=A,Type=Float,Description=\"of a \\\"track\\\"\">",
            "##INFO=<ID=Y,Number=A,Type=String,Description=\"another\">",
            "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO",
            "chrI\t2\trs1\tC\tT,A\t50\tPASS\tDP=3;FLAG;X=1.5,.;Y=a,b\tGT\t0/1",
            "chrI\t3\t.\tG\t<DEL>\t.\t.\t.",
        ]
    );
    assert_eq!(Vcf::read("again", written.as_bytes()).expect("a VCF").rows.len(), 2);
}

#[test]
fn names_of_fields_are_what_vcf_allows() {
    assert_eq!(InfoField::id_of("CAGE: liver (adult)"), "CAGE__liver__adult_");
    assert_eq!(InfoField::id_of(""), "_");
}
