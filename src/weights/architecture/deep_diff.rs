//! DeepDiff's seven variants: their sizes and tensors, with the key names of the authors' code.

use serde_json::{Map, Value};

use super::layers::{Encoder, Layer, Linear, Tensors, tensors_of, twice};
use super::publications::Work;
use super::{Attends, BinAttention, Encoders, Family, Layout, Shapes, Variant as Row};
use crate::task::Task;
use crate::weights::{ModelCard, Problem};

/// The family.
pub const FAMILY: &str = "deep-diff";

/// The family's row.
pub(super) struct DeepDiff;

impl Family for DeepDiff {
    fn id(&self) -> &'static str {
        FAMILY
    }

    fn title(&self) -> &'static str {
        "DeepDiff"
    }

    fn task(&self) -> Task {
        Task::Change
    }

    fn variants(&self) -> &'static [Row] {
        VARIANTS
    }

    fn held(&self, variant: &str, shapes: &Shapes<'_>) -> Result<Box<dyn Layout>, Problem> {
        Ok(Box::new(Architecture::held(Variant::find(variant)?, shapes)?))
    }

    fn stated(&self, card: &ModelCard) -> Result<Box<dyn Layout>, Problem> {
        Ok(Box::new(Architecture::new(&card.variant, Sizes::of(card))?))
    }
}

/// A variant. The shipped one is first, the others are in the order of the paper's table 1, as are their rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// The difference alone.
    RawD,
    /// Both cell types.
    RawC,
    /// Both, and the difference.
    Raw,
    /// Each cell type separately.
    Aux,
    /// `Raw` and `Aux`.
    RawAux,
    /// `Aux` with the same encoder weights for both cell types.
    AuxSiamese,
    /// `Raw` and `AuxSiamese`.
    RawAuxSiamese,
}

/// Parts of a variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One encoder per column.
    Raw,
    /// The cell types separately.
    Aux,
    /// Both.
    RawAux,
}

/// Groups of encoders: on A's signal, on B's, on the difference A − B, and the auxiliary ones on A's and on B's.
const D: &[&str] = &["diff"];
const C: &[&str] = &["A", "B"];
const R: &[&str] = &["A", "B", "diff"];
const JOINT: &[&str] = &["A", "B", "diff", "auxA", "auxB"];
const AUXILIARY: &[&str] = &["auxA", "auxB"];

/// Its publication.
static DEEP_DIFF: Work = Work {
    key: "sekhon2018deepdiff",
    brief: "Sekhon et al. 2018",
    citation: "Sekhon A, Singh R, Qi Y. DeepDiff: DEEP-learning for predicting DIFFerential gene expression from \
               histone modifications. Bioinformatics 34, i891-i900 (2018).",
    kind: "article",
    fields: &[
        ("author", "Sekhon, Arshdeep and Singh, Ritambhara and Qi, Yanjun"),
        (
            "title",
            "{DeepDiff}: {DEEP}-learning for predicting {DIFFerential} gene expression from histone modifications",
        ),
        ("journal", "Bioinformatics"),
        ("volume", "34"),
        ("number", "17"),
        ("pages", "i891--i900"),
        ("year", "2018"),
        ("doi", "10.1093/bioinformatics/bty612"),
    ],
};

static VARIANTS: &[Row] = &[
    row("raw-d", "Raw: d", of_raw(D)),
    row("raw-c", "Raw: c", of_raw(C)),
    row("raw", "Raw", of_raw(R)),
    row("aux", "Aux", OF_AUX),
    row("raw-aux", "Raw+Aux", OF_RAW_AUX),
    row("aux-siamese", "Aux+Siamese", OF_AUX),
    row("raw-aux-siamese", "Raw+Aux+Siamese", OF_RAW_AUX),
];

const fn of_raw(groups: &'static [&'static str]) -> Encoders {
    Encoders {
        bins: groups,
        marks: groups,
        auxiliary: &[],
        weighings: 1,
        expression: false,
    }
}

/// Marks of A and of B have separate weights.
const OF_AUX: Encoders = Encoders {
    bins: C,
    marks: C,
    auxiliary: &[],
    weighings: 2,
    expression: true,
};

const OF_RAW_AUX: Encoders = Encoders {
    bins: R,
    marks: JOINT,
    auxiliary: AUXILIARY,
    weighings: 1,
    expression: true,
};

/// Publications of all variants.
const WORKS: &[&Work] = &[&DEEP_DIFF];

const fn row(variant: &'static str, title: &'static str, encoders: Encoders) -> Row {
    Row {
        family: FAMILY,
        variant,
        title,
        works: WORKS,
        attends: Attends {
            bins: BinAttention::EachMark,
            marks: true,
            encoders: Some(encoders),
        },
        sizes: &["bin_rnn_size"],
    }
}

impl Variant {
    /// Every variant.
    pub const ALL: [Self; 7] = [
        Self::RawD,
        Self::RawC,
        Self::Raw,
        Self::Aux,
        Self::RawAux,
        Self::AuxSiamese,
        Self::RawAuxSiamese,
    ];

    /// The variant of this name.
    ///
    /// # Errors
    /// [`Problem::Variant`] with the known ones.
    pub fn find(id: &str) -> Result<Self, Problem> {
        Ok(Self::ALL[super::rank(FAMILY, id)?])
    }

    /// Description of the variant.
    pub fn row(self) -> &'static Row {
        &VARIANTS[self as usize]
    }

    /// The variant in kebab case.
    pub fn id(self) -> &'static str {
        self.row().variant
    }

    /// Its parts.
    pub fn form(self) -> Form {
        match self {
            Self::RawD | Self::RawC | Self::Raw => Form::Raw,
            Self::Aux | Self::AuxSiamese => Form::Aux,
            Self::RawAux | Self::RawAuxSiamese => Form::RawAux,
        }
    }

    /// Returns true if both cell types are encoded with the same weights, and their embeddings compared.
    pub fn is_siamese(self) -> bool {
        match self {
            Self::AuxSiamese | Self::RawAuxSiamese => true,
            Self::RawD | Self::RawC | Self::Raw | Self::Aux | Self::RawAux => false,
        }
    }

    /// Groups of encoders that run together, each with one encoder per mark.
    pub fn groups(self) -> usize {
        self.row().attends.encoders.map_or(0, |encoders| encoders.bins.len())
    }
}

/// Names of the variants for a command line.
pub fn variants() -> impl Iterator<Item = &'static str> {
    VARIANTS.iter().map(|known| known.variant)
}

/// The sizes of a model of any variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// M, histone marks; 5 in the paper.
    pub marks: usize,
    /// T, bins; 200 in the paper.
    pub bins: usize,
    /// H, hidden units per direction over bins; 32. Over marks, H / 2.
    pub bin_rnn_size: usize,
}

impl Sizes {
    /// The sizes that a card states; reading a weight file completes them from the tensors.
    pub fn of(card: &ModelCard) -> Self {
        let size = card.hyperparameters.get("bin_rnn_size").and_then(Value::as_f64);
        Self {
            marks: card.marks.len(),
            bins: card.bins,
            bin_rnn_size: size.map_or(32, |size| size as usize),
        }
    }

    /// All tensors of a variant with their shapes, in the order in which initial weights are drawn.
    fn tensors(&self, variant: Variant) -> Tensors {
        match variant.form() {
            Form::Raw => {
                let classifier = self.raw_classifier();
                tensors_of(&[&self.raw_encoders(variant), &self.raw_level_2(variant), &classifier])
            }
            Form::Aux => {
                let [hidden, classifier] = self.aux_head();
                tensors_of(&[&self.cells(variant), &hidden, &classifier])
            }
            Form::RawAux => tensors_of(&[
                &self.raw_encoders(variant),
                &self.cells(variant),
                &self.raw_level_2(variant),
                &self.joint_classifier(),
            ]),
        }
    }

    /// Size of the output vector of level 2: both directions of its recurrence.
    pub fn embedding(&self) -> usize {
        twice(self.bin_rnn_size / 2)
    }

    /// The encoders of the columns of D, C or R.
    pub fn raw_encoders(&self, variant: Variant) -> Vec<Encoder> {
        let list = match variant {
            Variant::RawAux => "rnn_hms3",
            Variant::RawAuxSiamese => "rnn_hmsx",
            Variant::RawD | Variant::RawC | Variant::Raw | Variant::Aux | Variant::AuxSiamese => ENCODERS,
        };
        self.encoders(list, variant.groups().saturating_mul(self.marks))
    }

    /// The level above them, and above the auxiliary encoders if there are any.
    pub fn raw_level_2(&self, variant: Variant) -> Encoder {
        self.level_2(match variant {
            Variant::RawAux => "hm_level_rnn_3",
            Variant::RawAuxSiamese => "hm_level_rnn_1x",
            Variant::RawD | Variant::RawC | Variant::Raw | Variant::Aux | Variant::AuxSiamese => "hm_level_rnn_1",
        })
    }

    /// The output layer of the raw variants.
    pub fn raw_classifier(&self) -> Linear {
        Linear::new("fdiff1_1", self.embedding(), 1)
    }

    /// The output layer of the raw-aux variants.
    pub fn joint_classifier(&self) -> Linear {
        Linear::new("predictor_", self.embedding(), 1)
    }

    /// The hidden layer over both cell types' vectors and the output layer, of the aux variants.
    pub fn aux_head(&self) -> [Linear; 2] {
        let hidden = Linear::new("predictor_1", twice(self.embedding()), self.embedding());
        [hidden, self.joint_classifier()]
    }

    /// The part that encodes each cell type separately.
    pub fn cells(&self, variant: Variant) -> Cells {
        let mut encoders = self.encoders(ENCODERS, self.marks);
        if !variant.is_siamese() {
            encoders.extend(self.encoders("rnn_hms2", self.marks));
        }
        Cells {
            encoders,
            level_2: ["hm_level_rnn_1", "hm_level_rnn_2"].map(|name| self.level_2(name)),
            expression: ["f1_1", "f2_1"].map(|name| Linear::new(name, self.embedding(), 1)),
        }
    }

    fn encoders(&self, list: &str, count: usize) -> Vec<Encoder> {
        Encoder::numbered(list, count, 1, self.bin_rnn_size)
    }

    fn level_2(&self, name: &str) -> Encoder {
        Encoder::new(name, twice(self.bin_rnn_size), self.bin_rnn_size / 2)
    }
}

/// The layers that encode each cell type separately.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cells {
    /// A's, and B's unless shared.
    pub encoders: Vec<Encoder>,
    /// The level above them, of A and of B.
    pub level_2: [Encoder; 2],
    /// log2(count + 1) in A and in B.
    pub expression: [Linear; 2],
}

impl Layer for Cells {
    fn list(&self, tensors: &mut Tensors) {
        self.encoders.list(tensors);
        self.level_2.list(tensors);
        self.expression.list(tensors);
    }
}

/// The list of encoders in all variants.
const ENCODERS: &str = "rnn_hms";

/// A variant with its sizes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Architecture {
    variant: Variant,
    sizes: Sizes,
}

impl Architecture {
    /// A variant by its name.
    ///
    /// # Errors
    /// [`Problem::Variant`] with the known ones.
    pub fn new(variant: &str, sizes: Sizes) -> Result<Self, Problem> {
        let variant = Variant::find(variant)?;
        Ok(Self { variant, sizes })
    }

    /// The architecture of a card.
    ///
    /// # Panics
    /// If the card's variant is not of this family; reading a weight file checks this.
    pub fn of(card: &ModelCard) -> Self {
        // Without the problem, whose text in a panic would be part of the page.
        let Ok(of_card) = Self::new(&card.variant, Sizes::of(card)) else {
            panic!("a card that was read names a variant");
        };
        of_card
    }

    /// The variant.
    pub fn variant(&self) -> Variant {
        self.variant
    }

    /// Its sizes.
    pub fn sizes(&self) -> Sizes {
        self.sizes
    }

    /// All weights with their shapes, in the order in which initial weights are drawn.
    pub fn tensors(&self) -> Vec<(String, Vec<usize>)> {
        self.sizes.tensors(self.variant)
    }

    /// Returns true if both cell types are encoded with the same weights, and their embeddings compared.
    pub fn is_siamese(&self) -> bool {
        self.variant.is_siamese()
    }

    /// Bytes per gene in the largest buffer of a forward pass, float32: the states of the encoders that run together.
    pub fn predicting(&self) -> u64 {
        let Sizes {
            marks,
            bins,
            bin_rnn_size,
        } = self.sizes;
        // Sizes may come from a card alone, without tensors.
        let all = [4, self.variant.groups(), marks, bins, twice(bin_rnn_size)];
        all.into_iter().fold(1, |bytes, size| bytes.saturating_mul(size as u64))
    }

    /// The same for a training step: their gates.
    pub fn training(&self) -> u64 {
        4 * self.predicting()
    }

    /// Infers the sizes, except bins, from the shapes of a file's tensors.
    fn held(variant: Variant, shapes: &Shapes<'_>) -> Result<Self, Problem> {
        let bin_rnn_size = shapes.even_hidden(&format!("{ENCODERS}.0.rnn.weight_hh_l0"))?;
        let members = shapes.members(&format!("{ENCODERS}."));
        let groups = match variant.form() {
            Form::Raw => variant.groups(),
            Form::Aux | Form::RawAux => 1,
        };
        let sizes = Sizes {
            // An incomplete list lacks a tensor of the next mark, which the error then names.
            marks: members.div_ceil(groups),
            bins: 1,
            bin_rnn_size,
        };
        Ok(Self { variant, sizes })
    }
}

impl Layout for Architecture {
    fn tensors(&self) -> Vec<(String, Vec<usize>)> {
        self.tensors()
    }

    fn named_sizes(&self) -> Map<String, Value> {
        Map::from_iter([("bin_rnn_size".to_owned(), self.sizes.bin_rnn_size.into())])
    }

    fn marks(&self) -> usize {
        self.sizes.marks
    }

    fn check(&self, _: &ModelCard) -> Result<(), Problem> {
        Ok(())
    }

    fn bytes_per_example(&self) -> Option<u64> {
        Some(self.predicting())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weights::architecture::Description;

    #[test]
    fn every_variant_has_the_published_number_of_weights() {
        let expected = [
            ("raw-d", 55_681),
            ("raw-c", 100_801),
            ("raw", 145_921),
            ("aux", 113_475),
            ("raw-aux", 257_283),
            ("aux-siamese", 68_355),
            ("raw-aux-siamese", 212_163),
        ];
        let published = Sizes {
            marks: 5,
            bins: 200,
            bin_rnn_size: 32,
        };
        for (variant, expected) in expected {
            let architecture = Architecture::new(variant, published).unwrap();
            assert_eq!(architecture.parameters(), expected, "{variant}");
        }
        assert_eq!(variants().count(), expected.len());
    }

    #[test]
    fn every_variant_has_its_row() {
        for (variant, row) in Variant::ALL.into_iter().zip(VARIANTS) {
            assert_eq!(Variant::find(row.variant).unwrap(), variant);
            assert_eq!(variant.id(), row.variant);
        }
        assert_eq!(Variant::ALL.len(), VARIANTS.len());
    }

    #[test]
    fn attention_is_named_by_cell_type_and_mark() {
        let attends = super::super::find(FAMILY, "raw-aux").unwrap().attends;
        let marks = ["x", "y"].map(str::to_owned);
        assert_eq!(attends.rows(&marks), ["A_x", "A_y", "B_x", "B_y", "diff_x", "diff_y"]);
        assert_eq!(attends.columns(&marks).len(), 10);
        assert_eq!(attends.auxiliary(&marks), ["auxA_x", "auxA_y", "auxB_x", "auxB_y"]);
    }

    #[test]
    fn what_a_variant_reads_and_which_tasks_it_lacks_is_said() {
        for (variant, begins, has_tasks) in [
            ("raw-d", "Raw: d reads only the difference A − B", false),
            ("raw-c", "Raw: c reads A and B, not their difference", false),
            ("raw", "Raw reads A, B and their difference.", false),
            ("aux-siamese", "Aux+Siamese reads A and B, not their difference", true),
        ] {
            let found = described(variant).without.unwrap_or_default();
            assert!(found.starts_with(begins), "{found}");
            assert_eq!(found.contains("It has no auxiliary tasks"), !has_tasks, "{found}");
        }
        assert_eq!(described("raw-aux").without, None);
    }

    #[test]
    fn a_column_is_looked_at_by_its_own_encoder_or_else_by_that_of_the_difference() {
        let rows = |variant: &str| -> Vec<usize> {
            let row = VARIANTS.iter().find(|row| row.variant == variant).expect("a variant");
            (0..4).map(|column| row.attends.row_of(column, 2)).collect()
        };
        assert_eq!(rows("raw-d"), [0, 1, 0, 1]);
        for variant in ["raw-c", "raw", "aux", "raw-aux-siamese"] {
            assert_eq!(rows(variant), [0, 1, 2, 3], "{variant}");
        }
    }

    #[test]
    fn a_gene_takes_room_for_the_states_of_all_encoders() {
        // Three groups of one mark of 100 bins, 64 states each.
        assert_eq!(described("raw-aux").bytes_per_example, Some(3 * 4 * 100 * 64));
    }

    fn described(variant: &str) -> Description {
        Description::of(&ModelCard::new(FAMILY, variant, vec!["H3K4me3".to_owned()], 100)).unwrap()
    }
}
