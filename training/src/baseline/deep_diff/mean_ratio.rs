//! The mean log ratio of the promoter mark.

use super::super::mean_mark::MARK;
use super::Fitted;
use super::genes::Genes;

/// Each gene's mean over bins of ln(1 + B) − ln(1 + A) of H3K4me3; `None` if the tables lack this mark. A linear fit to
/// the training genes converts it to a change, for R² and errors; the correlation depends on the fit's sign alone.
pub fn fit(training: &Genes, validation: &Genes, test: &Genes) -> Option<Fitted> {
    let x = means(training)?;
    let n = x.len() as f64;
    let (mean_x, mean_y) = (x.iter().sum::<f64>() / n, training.change.iter().sum::<f64>() / n);
    let (mut xy, mut xx) = (0.0, 0.0);
    for (x, y) in x.iter().zip(&training.change) {
        xy += (x - mean_x) * (y - mean_y);
        xx += (x - mean_x) * (x - mean_x);
    }
    let slope = if xx > 0.0 { xy / xx } else { 0.0 };
    let line = |genes| -> Option<Vec<f64>> {
        let x: Vec<f64> = means(genes)?;
        Some(x.iter().map(|x| mean_y + slope * (x - mean_x)).collect())
    };
    Some(Fitted {
        name: format!("mean {MARK} log ratio"),
        settings: [("slope", slope)].into(),
        validation: line(validation)?,
        test: line(test)?,
    })
}

fn means(genes: &Genes) -> Option<Vec<f64>> {
    let column = genes.marks.iter().position(|mark| mark.eq_ignore_ascii_case(MARK))?;
    let mean = |row: ndarray::ArrayView1<'_, f64>| {
        let values = row.iter().skip(column).step_by(genes.marks.len());
        values.sum::<f64>() / genes.bins as f64
    };
    Some(genes.log_ratios().outer_iter().map(mean).collect())
}

#[cfg(test)]
mod tests {
    use regulens::input::SignalTable;

    use super::*;

    fn genes(marks: [&str; 2]) -> Genes {
        // ln(1 + B) - ln(1 + A) of the second mark: ln 2 and ln 4 in the first gene, 0 in the second.
        let text = b"gene,bin,p,q,r,s\ng,1,9,1,0,3\ng,2,9,0,0,3\nh,1,1,5,2,5\nh,2,1,5,2,5\n";
        let table = SignalTable::read("t.csv", text).unwrap();
        Genes::new(&table, &marks.map(str::to_owned), &[[0.0, 7.0], [1.0, 1.0]])
    }

    #[test]
    fn the_mark_is_found_by_name_and_its_line_passes_through_two_genes() {
        let two = genes(["H3K9me3", "H3K4me3"]);
        assert!((means(&two).unwrap()[0] - 1.5 * 2_f64.ln()).abs() < 1e-12);
        let fitted = fit(&two, &two, &two).unwrap();
        assert!((fitted.test[0] - 3.0).abs() < 1e-12 && fitted.test[1].abs() < 1e-12);
        assert!(fit(&genes(["x", "y"]), &two, &two).is_none());
    }
}
