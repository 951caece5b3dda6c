//! Files of signal.

use std::io::Cursor;
use std::ops::ControlFlow;

use regulens::prepare::{Gene, Measured, Plan, Settings, Signal, Strand, Summary, Windows};
use regulens_fuzz::target;

use crate::signal_files::{self as made, read};
use crate::{texts, wraps};

fn plan() -> Plan {
    let genes = (0..6).map(|index| Gene {
        id: format!("G{index}"),
        name: None,
        biotype: None,
        chromosome: "chr1".to_owned(),
        strand: Strand::Plus,
        tss: 50 + 60 * index,
        bases: (50, 50),
    });
    let windows = Windows {
        upstream: 50,
        downstream: 50,
        bin_size: 10,
        strand_flip: false,
    };
    Plan::new("genes.gtf", genes.collect(), windows, 1).expect("a small plan")
}

pub fn windows(bytes: &[u8], index: Option<&[u8]>) {
    let Ok(mut signal) = Signal::open("signal", Cursor::new(bytes), index) else {
        return;
    };
    let (plan, settings) = (plan(), Settings::default());
    let mut go_on = || ControlFlow::Continue(());
    if signal.is_indexed() {
        let _ = signal.windows(&plan, 0..plan.len(), &settings, &mut go_on);
    } else {
        let _ = signal.all(&plan, &settings, &mut go_on);
    }
}

pub fn measured(bytes: &[u8]) {
    let Ok(mut measured) = Measured::open("signal", Cursor::new(bytes)) else {
        return;
    };
    for chromosome in 0..measured.chromosomes().count().min(3) {
        for summary in [Summary::Mean, Summary::Max] {
            let _ = measured.bins(chromosome, -50, 30, 16, summary);
        }
    }
}

pub fn intervals() -> Vec<(u32, u32, f32)> {
    (0..40).map(|index| (index * 10, index * 10 + 7, 1.5)).collect()
}

pub fn bam() -> (Vec<u8>, Vec<u8>) {
    let reads: Vec<_> = (0..60).map(|start| read(0, start * 6, 36)).collect();
    made::bam(&[("chr1", 1_000), ("chr2", 10)], &reads)
}

/// Content of a BAM file within its blocks.
fn unpacked_bam() -> Vec<u8> {
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(bam().0.as_slice()), &mut bytes).expect("sound");
    bytes
}

target!(
    bigwig,
    vec![
        made::bigwig_with(&[("chr1", 1_000, &intervals()), ("chr2", 10, &[])], false, false),
        made::bigwig_with(&[("chr1", 1_000, &intervals())], true, true),
    ],
    wraps::plain,
    |bytes| {
        windows(bytes, None);
        measured(bytes);
    }
);

target!(bam_outside, vec![bam().0], wraps::plain, |bytes| {
    windows(bytes, None);
    windows(bytes, Some(&bam().1));
});

target!(bam_inside, vec![unpacked_bam()], wraps::bgzf, |bytes| windows(
    bytes, None
));

target!(bai, vec![bam().1], wraps::plain, |bytes| windows(&bam().0, Some(bytes)));

target!(
    csi,
    vec![made::csi(
        &[("chr1", 1_000)],
        &(0..60).map(|start| read(0, start * 6, 36)).collect::<Vec<_>>()
    )],
    wraps::bgzf,
    |bytes| windows(&bam().0, Some(bytes))
);

target!(
    bed_graph,
    texts(&[
        "track type=bedGraph\nchr1\t0\t50\t1.5\nchr1\t50\t90\t2\nchr2\t0\t5\t-1\n",
        "chr1 0 10 3\n"
    ]),
    wraps::gzip(),
    |bytes| {
        windows(bytes, None);
        measured(bytes);
    }
);

target!(
    reads,
    texts(&[
        "chr1\t10\t46\tr1\t30\t+\nchr1\t20\t56\tr2\t3\t-\n",
        "chr1\t3010\t4000\tinf\t0\t-\t0\t0\t0\t1\t10\t0\n",
    ]),
    wraps::gzip(),
    |bytes| windows(bytes, None)
);
