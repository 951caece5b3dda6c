//! Cell types of AttentiveChrome's published models.

use crate::weights::ModelCard;
use crate::weights::card::CellType;

/// The marks in the order of the published tables' columns.
pub const MARKS: [&str; 5] = ["H3K27me3", "H3K36me3", "H3K4me1", "H3K4me3", "H3K9me3"];

/// Bins of a gene in the published tables, of 100 bp each.
pub const BINS: usize = 100;

/// The epigenomes of the Roadmap Epigenomics consortium with the five marks and expression by RNA-seq: 56 of its 127,
/// those of the paper. Names are the consortium's standardised ones, shortened.
pub const EPIGENOMES: [(&str, &str); 56] = [
    ("E003", "H1"),
    ("E004", "H1 BMP4 derived mesendoderm"),
    ("E005", "H1 BMP4 derived trophoblast"),
    ("E006", "H1 derived mesenchymal stem cells"),
    ("E007", "H1 derived neuronal progenitors"),
    ("E011", "hESC derived CD184+ endoderm"),
    ("E012", "hESC derived CD56+ ectoderm"),
    ("E013", "hESC derived CD56+ mesoderm"),
    ("E016", "HUES64"),
    ("E024", "ES-UCSF4"),
    ("E027", "breast myoepithelial cells"),
    ("E028", "breast variant human mammary epithelial cells"),
    ("E037", "T helper memory cells, peripheral blood 2"),
    ("E038", "T helper naive cells, peripheral blood"),
    ("E047", "T CD8+ naive cells, peripheral blood"),
    ("E050", "hematopoietic stem cells, G-CSF-mobilised, female"),
    ("E053", "cortex derived neurospheres"),
    ("E054", "ganglionic eminence derived neurospheres"),
    ("E055", "foreskin fibroblasts, skin01"),
    ("E056", "foreskin fibroblasts, skin02"),
    ("E057", "foreskin keratinocytes, skin02"),
    ("E058", "foreskin keratinocytes, skin03"),
    ("E059", "foreskin melanocytes, skin01"),
    ("E061", "foreskin melanocytes, skin03"),
    ("E062", "mononuclear cells, peripheral blood"),
    ("E065", "aorta"),
    ("E066", "liver"),
    ("E070", "brain germinal matrix"),
    ("E071", "brain hippocampus middle"),
    ("E079", "esophagus"),
    ("E082", "fetal brain, female"),
    ("E084", "fetal large intestine"),
    ("E085", "fetal small intestine"),
    ("E087", "pancreatic islets"),
    ("E094", "gastric"),
    ("E095", "left ventricle"),
    ("E096", "lung"),
    ("E097", "ovary"),
    ("E098", "pancreas"),
    ("E100", "psoas muscle"),
    ("E104", "right atrium"),
    ("E105", "right ventricle"),
    ("E106", "sigmoid colon"),
    ("E109", "small intestine"),
    ("E112", "thymus"),
    ("E113", "spleen"),
    ("E114", "A549"),
    ("E116", "GM12878"),
    ("E117", "HeLa-S3"),
    ("E118", "HepG2"),
    ("E119", "HMEC"),
    ("E120", "HSMM"),
    ("E122", "HUVEC"),
    ("E123", "K562"),
    ("E127", "NHEK"),
    ("E128", "NHLF"),
];

/// The epigenome that is missing from Kipoi's table of released weights.
pub const NOT_RELEASED: &str = "E059";

/// The cell type named in a file name such as `E003_attchrome_avgAUC_model.pt`: an E and three digits, without adjacent
/// letters or digits. The name is empty for an identifier outside the 56.
pub fn cell_type(file: &str) -> Option<CellType> {
    let id = file
        .split(|c: char| !c.is_ascii_alphanumeric())
        .find(|word| {
            let digits = word.strip_prefix(['E', 'e']);
            digits.is_some_and(|digits| digits.len() == 3 && digits.bytes().all(|digit| digit.is_ascii_digit()))
        })?
        .to_uppercase();
    let known = EPIGENOMES.iter().find(|(known, _)| *known == id);
    let name = known.map_or(String::new(), |(_, name)| (*name).to_owned());
    Some(CellType { id, name })
}

/// Sets the training cell type of a card, and names the model by it.
pub fn name_cell(card: &mut ModelCard, cell: CellType) {
    let name = if cell.name.is_empty() { &cell.id } else { &cell.name };
    card.name = format!("{}, {name}", card.name);
    card.cell_type = Some(cell);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cell_types_are_in_order_and_each_once() {
        assert!(EPIGENOMES.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn a_cell_type_is_a_word_of_the_files_name() {
        let id = |file| cell_type(file).map(|cell| (cell.id, cell.name));
        let k562 = Some(("E123".to_owned(), "K562".to_owned()));
        for file in ["E123_attchrome_avgAUC_model.pt", "e123.pth", "a-E123.safetensors"] {
            assert_eq!(id(file), k562, "{file}");
        }
        assert_eq!(id("E999.pt"), Some(("E999".to_owned(), String::new())));
        for file in ["model.pt", "E12.pt", "E1234.pt", "SE123.pt", "E12a.pt"] {
            assert_eq!(id(file), None, "{file}");
        }
    }
}
