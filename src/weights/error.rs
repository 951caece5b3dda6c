//! Every way a model file can be wrong, each with its own variant and the offending name or offset in it.

use super::looks::LooksLike;

/// A model file could not be used: which file, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{file}: {fault}. {}", .fault.remedy())]
pub struct WeightsError {
    /// The file as the user named it.
    pub file: String,
    /// What is wrong with it.
    pub fault: Box<Fault>,
}

impl WeightsError {
    /// A stable name of this kind of error, in kebab case.
    pub fn code(&self) -> &'static str {
        self.fault.code()
    }

    /// The file as the user named it.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// What the user can do about it.
    pub fn remedy(&self) -> String {
        self.fault.remedy()
    }
}

/// What is wrong with a model file, in words that say what was found and what was expected.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Fault {
    // The file as a whole.
    /// The file is something else.
    #[error("expected a model file (safetensors), found {looks_like}")]
    NotWeights {
        /// What it looks like.
        looks_like: LooksLike,
    },
    /// The file is not the one that was promised.
    #[error("its SHA-256 is {found}, expected {expected}")]
    WrongHash {
        /// The file's own.
        found: String,
        /// The promised one.
        expected: String,
    },
    /// The file ends before its content does.
    #[error("the file ends too early: {part} reaches to byte {needed}, the file holds {held}")]
    CutShort {
        /// The first part that is not whole.
        part: String,
        /// Bytes needed for it, from the start of the file.
        needed: u64,
        /// Bytes in the file.
        held: u64,
    },
    /// There are bytes after the last tensor.
    #[error("{excess} bytes lie after the last tensor, which ends at byte {end}")]
    TrailingBytes {
        /// Where the last tensor ends in the file.
        end: u64,
        /// Bytes after it.
        excess: u64,
    },

    // The header.
    /// The header's size is more than the file's.
    #[error("its header claims {claimed} bytes, {held} follow")]
    HeaderExceedsFile {
        /// Bytes that the header claims to have.
        claimed: u64,
        /// Bytes after the size.
        held: u64,
    },
    /// The header is not the JSON of a safetensors file.
    #[error("its header cannot be read: {problem}")]
    HeaderMalformed {
        /// What is wrong in it.
        problem: String,
    },
    /// The header's entry for a tensor does not fit the format or the file.
    #[error("the header's entry for tensor `{tensor}` is wrong: {problem}")]
    EntryMalformed {
        /// The tensor.
        tensor: String,
        /// What is wrong with its entry.
        problem: String,
    },

    // The card.
    /// There is no card.
    #[error("it has no model card")]
    NoCard,
    /// The card's JSON is not a card.
    #[error("its model card cannot be read: {problem}")]
    CardMalformed {
        /// What is wrong in it.
        problem: String,
    },
    /// The card is from a later version of Regulens.
    #[error("its model card has format version {found}, this program reads up to version {known}")]
    CardTooNew {
        /// The card's version.
        found: u32,
        /// The newest version that this program reads.
        known: u32,
    },
    /// The model is of a family that this version does not run.
    #[error("it is a model of the family `{family}`, this program runs {known}")]
    UnknownFamily {
        /// The file's family.
        family: String,
        /// Those that there are.
        known: String,
    },
    /// The model is of a variant that this version does not run.
    #[error("it is the variant `{variant}` of {family}, this program runs {known}")]
    UnknownVariant {
        /// The file's family.
        family: String,
        /// The file's variant.
        variant: String,
        /// Those that there are.
        known: String,
    },
    /// Something states a size that the tensors do not have.
    #[error("{who} {stated} for {what}, the tensors have {held}")]
    SizesDisagree {
        /// The size.
        what: String,
        /// Who states it, with a verb.
        who: String,
        /// The size as stated.
        stated: String,
        /// The size by the tensors' shapes.
        held: String,
    },

    // The tensors.
    /// A tensor of the variant is not there.
    #[error("tensor `{tensor}` {expected} is missing")]
    TensorMissing {
        /// The tensor.
        tensor: String,
        /// Its shape.
        expected: String,
    },
    /// A tensor is there that the variant does not have.
    #[error("tensor `{tensor}` does not belong to the variant `{variant}`")]
    TensorUnexpected {
        /// The tensor.
        tensor: String,
        /// The variant.
        variant: String,
    },
    /// A tensor has another shape than in the variant.
    #[error("tensor `{tensor}` has the shape {found}, expected {expected}")]
    TensorShape {
        /// The tensor.
        tensor: String,
        /// Its shape in the file.
        found: String,
        /// Its shape in the variant.
        expected: String,
    },
    /// A tensor's elements are of a type that is not read here.
    #[error("tensor `{tensor}` holds {found}, expected {expected}")]
    ElementType {
        /// The tensor.
        tensor: String,
        /// Its elements' type.
        found: String,
        /// The types that are read.
        expected: String,
    },
    /// A weight is not a number.
    #[error("tensor `{tensor}` holds {found} at index {index}, expected finite numbers")]
    NotFinite {
        /// The tensor.
        tensor: String,
        /// The place, counting from 0 in row-major order.
        index: usize,
        /// The value.
        found: String,
    },
    /// A weight is too large for the element type to write.
    #[error("tensor `{tensor}` holds {found} at index {index}, float16 holds at most 65504")]
    OverflowsF16 {
        /// The tensor.
        tensor: String,
        /// The place, counting from 0 in row-major order.
        index: usize,
        /// The value.
        found: String,
    },
}

impl Fault {
    /// This fault as the error of `file`.
    pub fn of(self, file: &str) -> WeightsError {
        WeightsError {
            file: file.to_owned(),
            fault: Box::new(self),
        }
    }

    /// A stable name of this kind of fault, in kebab case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotWeights { .. } => "not-weights",
            Self::WrongHash { .. } => "wrong-hash",
            Self::CutShort { .. } => "cut-short",
            Self::TrailingBytes { .. } => "trailing-bytes",
            Self::HeaderExceedsFile { .. } => "header-exceeds-file",
            Self::HeaderMalformed { .. } => "header-malformed",
            Self::EntryMalformed { .. } => "entry-malformed",
            Self::NoCard => "no-card",
            Self::CardMalformed { .. } => "card-malformed",
            Self::CardTooNew { .. } => "card-too-new",
            Self::UnknownFamily { .. } => "unknown-family",
            Self::UnknownVariant { .. } => "unknown-variant",
            Self::SizesDisagree { .. } => "sizes-disagree",
            Self::TensorMissing { .. } => "tensor-missing",
            Self::TensorUnexpected { .. } => "tensor-unexpected",
            Self::TensorShape { .. } => "tensor-shape",
            Self::ElementType { .. } => "element-type",
            Self::NotFinite { .. } => "not-finite",
            Self::OverflowsF16 { .. } => "overflows-f16",
        }
    }

    /// What the user can do about it.
    pub fn remedy(&self) -> String {
        match self {
            Self::NotWeights { looks_like } => looks_like.remedy(),
            Self::WrongHash { .. } => {
                "It was changed or damaged on the way: download it again from where the hash is from"
            }
            Self::CutShort { .. } | Self::TrailingBytes { .. } | Self::HeaderExceedsFile { .. } => {
                "Download or copy the file again"
            }
            Self::HeaderMalformed { .. } | Self::EntryMalformed { .. } => {
                "The file is damaged, or its writer did not keep to the safetensors format: download or write it again"
            }
            Self::NoCard => "Make a model file of it with `regulens import`",
            Self::CardMalformed { .. } => "Write the file again with Regulens, or correct its card",
            Self::CardTooNew { .. } => "Update Regulens",
            Self::UnknownFamily { .. } | Self::UnknownVariant { .. } => "Take another model, or update Regulens",
            Self::SizesDisagree { .. } => "Correct the statement, or take the weights that belong to it",
            Self::TensorMissing { .. } | Self::TensorUnexpected { .. } | Self::TensorShape { .. } => {
                "Check that the file holds the family and variant that it is taken for"
            }
            Self::ElementType { .. } => "Convert the tensor to float32 before",
            Self::NotFinite { .. } => "The training diverged: take an earlier checkpoint, or train again",
            Self::OverflowsF16 { .. } => "Write the file with `--dtype f32`",
        }
        .to_owned()
    }
}
