//! Problems of model files, each with the offending name or offset.

use super::file_kind::FileKind;
use crate::task::Task;

/// Problem of a model file: found and expected content.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    // The file as a whole.
    /// A file of another kind.
    #[error("found {found}; expected {expected}")]
    AnotherKind {
        /// Kind of the file.
        found: FileKind,
        /// Expected kind.
        expected: &'static str,
    },
    /// A truncated file.
    #[error("found an end at byte {held}; expected {part} to reach to byte {needed}")]
    CutShort {
        /// The first incomplete part.
        part: String,
        /// Bytes needed, from the start of the file.
        needed: u64,
        /// Bytes in the file.
        held: u64,
    },
    /// Bytes after the last tensor.
    #[error("found {excess} bytes after the last tensor; expected the file to end with it at byte {end}")]
    TrailingBytes {
        /// End of the last tensor in the file.
        end: u64,
        /// Bytes after it.
        excess: u64,
    },

    /// The engine that loads first does not support the model.
    #[error("found an ensemble or calibrated probabilities; expected one model as it was trained")]
    AnotherEngine,

    // Ensembles.
    /// Too few members for a mean and a spread.
    #[error("found too few models to join, {found}; expected 2 or more")]
    FewMembers {
        /// Number of models.
        found: usize,
    },
    /// A member that does not match the others.
    #[error("found member {number} that does not go with the others: {difference}")]
    Member {
        /// Its number, counted from 1.
        number: usize,
        /// The difference.
        difference: String,
    },

    // The header of a safetensors file.
    /// A header larger than the file.
    #[error("found a header that claims {claimed} bytes; expected at most the {held} that follow")]
    HeaderExceedsFile {
        /// Stated bytes of the header.
        claimed: u64,
        /// Bytes after the size.
        held: u64,
    },
    /// A header that is not the JSON of a safetensors file.
    #[error("found a header that is no list of tensors ({reason}); expected the JSON of a safetensors file")]
    Header {
        /// The reason.
        reason: String,
    },
    /// An entry of the header that does not match the format or the file.
    #[error("found tensor `{tensor}` {reason}; expected type, shape and place to agree")]
    Entry {
        /// The tensor.
        tensor: String,
        /// The reason.
        reason: String,
    },

    // The card.
    /// A file without a card.
    #[error("found tensors without a model card; expected one under `{}`", super::card::KEY)]
    NoCard,
    /// A file with a card, where imported weights are expected.
    #[error("found a model card; expected weights that have none")]
    AlreadyAModel,
    /// A card's JSON that is not a card.
    #[error("found a model card with {reason}")]
    Card {
        /// The reason, and the expected content.
        reason: String,
    },
    /// A card of a later version.
    #[error("found a model card of format version {found}; expected {known} or earlier")]
    CardTooNew {
        /// The card's version.
        found: u32,
        /// The newest version that this program reads.
        known: u32,
    },
    /// A task that this version does not know.
    #[error("found a model of the task `{found}` ({writer}); expected {known}")]
    Task {
        /// The file's task.
        found: String,
        /// Version of the card's format and the program that wrote it, if named.
        writer: String,
        /// Known tasks.
        known: String,
    },
    /// A task that the family does not support.
    #[error("found the task `{found}` in a card of the family `{family}` ({writer}); expected `{expected}`")]
    TaskOfFamily {
        /// The file's task.
        found: Task,
        /// The file's family.
        family: &'static str,
        /// As in [`Task`](Self::Task).
        writer: String,
        /// The family's task.
        expected: Task,
    },
    /// A family that this version does not run.
    #[error("found a model of the family `{found}`; expected {known}")]
    Family {
        /// The file's family.
        found: String,
        /// Known families.
        known: String,
    },
    /// A variant that this version does not run.
    #[error("found the variant `{found}` of {family}; expected {known}")]
    Variant {
        /// The file's family.
        family: String,
        /// The file's variant.
        found: String,
        /// Known variants.
        known: String,
    },
    /// A model of another input than requested.
    #[error("found a model of {found} ({family}); expected one of {expected}")]
    AnotherInput {
        /// The file's family.
        family: String,
        /// Its input.
        found: &'static str,
        /// Expected input.
        expected: &'static str,
    },
    /// A file that names another model than the command.
    #[error("found weights that their file calls `{found}`; expected `{expected}`")]
    AnotherModel {
        /// Family or variant in the file.
        found: String,
        /// Requested family or variant.
        expected: String,
    },
    /// A stated size that the tensors do not have.
    #[error("found {stated} for {what} in {source_name}; expected {held}, by the shapes of the tensors")]
    Size {
        /// The size.
        what: String,
        /// Source of the statement.
        source_name: String,
        /// The size as stated.
        stated: String,
        /// The size by the tensors' shapes.
        held: String,
    },
    /// Missing information that cannot be inferred from the weights.
    #[error("found nothing that tells {what}; expected it from {flag}")]
    Unknown {
        /// The flag for it, such as `--bins`.
        flag: &'static str,
        /// The missing information.
        what: String,
    },
    /// An invalid statement about the weights.
    #[error("found {found} for {what} in {source_name}; expected {expected}")]
    Statement {
        /// Name of the stated property.
        what: String,
        /// Source of the statement.
        source_name: String,
        /// Stated value.
        found: String,
        /// Expected value.
        expected: &'static str,
    },

    // The tensors.
    /// A missing tensor of the variant.
    #[error("found no tensor `{tensor}`; expected it with the shape {expected}")]
    TensorMissing {
        /// The tensor.
        tensor: String,
        /// Its shape.
        expected: String,
    },
    /// A tensor that the variant does not have.
    #[error("found tensor `{tensor}`; expected only those of the variant `{variant}`")]
    TensorUnexpected {
        /// The tensor.
        tensor: String,
        /// The variant.
        variant: String,
    },
    /// A tensor of another shape than in the variant.
    #[error("found tensor `{tensor}` with the shape {found}; expected {expected}")]
    TensorShape {
        /// The tensor.
        tensor: String,
        /// Its shape in the file.
        found: String,
        /// Its shape in the variant.
        expected: String,
    },
    /// Elements of an unsupported type.
    #[error("found {found} in tensor `{tensor}`; expected {expected}")]
    ElementType {
        /// The tensor.
        tensor: String,
        /// Its elements' type.
        found: String,
        /// Supported types.
        expected: String,
    },
    /// A weight that is not finite, or so large that sums overflow.
    #[error("found {found} in tensor `{tensor}` at index {index}; expected finite numbers within ±4.3e9")]
    NotFinite {
        /// The tensor.
        tensor: String,
        /// Index, counted from 0 in row-major order.
        index: usize,
        /// The value.
        found: f32,
    },
    /// A negative variance.
    #[error("found {found} in tensor `{tensor}` at index {index}; expected variances from 0")]
    NegativeVariance {
        /// The tensor.
        tensor: String,
        /// Index, counted from 0.
        index: usize,
        /// The value.
        found: f32,
    },
    /// Invalid scales of a tensor of integers.
    #[error(
        "found scales of tensor `{tensor}` {reason}; expected one finite number, 0 or above, a row in `{tensor}.scale`"
    )]
    Scale {
        /// The tensor of the scales.
        tensor: String,
        /// The reason.
        reason: String,
    },
    /// A weight too large for the element type of the file.
    #[error("found {found} in tensor `{tensor}` at index {index}; expected at most 65504, the largest float16")]
    TooLargeForF16 {
        /// The tensor.
        tensor: String,
        /// Index, counted from 0 in row-major order.
        index: usize,
        /// The value.
        found: f32,
    },

    // PyTorch's files.
    /// An invalid pickle.
    #[error("found {reason} at byte {offset} of {part}; expected what PyTorch writes")]
    Pickle {
        /// Offset, in bytes from the start of `part`.
        offset: usize,
        /// The file, or the part with the pickle.
        part: &'static str,
        /// The reason.
        reason: String,
    },
    /// A pickle that requests something unsupported, such as a function call.
    #[error("found {what} at byte {offset} of {part}; expected tensors and modules only")]
    PickleRefused {
        /// Offset, in bytes from the start of `part`.
        offset: usize,
        /// The file, or the part with the pickle.
        part: &'static str,
        /// Requested operation, with its name.
        what: String,
    },
    /// A pickle larger than that of any model.
    #[error("found more than {limit} {what} at byte {offset} of {part}; expected fewer")]
    PickleTooLarge {
        /// Offset, in bytes from the start of `part`.
        offset: usize,
        /// The file, or the part with the pickle.
        part: &'static str,
        /// Kind of the excessive content.
        what: &'static str,
        /// Limit.
        limit: usize,
    },
    /// A zip archive that is damaged or not PyTorch's.
    #[error("found a zip archive {reason}; expected one that PyTorch wrote")]
    Archive {
        /// The reason.
        reason: String,
    },
    /// A storage that does not match the pickle.
    #[error("found storage `{storage}` {reason}; expected it whole")]
    Storage {
        /// The storage's key.
        storage: String,
        /// The reason.
        reason: String,
    },
    /// A tensor that is not a view of its storage.
    #[error("found tensor `{tensor}` {reason}; expected a view of a storage")]
    View {
        /// The tensor.
        tensor: String,
        /// The reason.
        reason: String,
    },
    /// A file without named tensors.
    #[error("found {found}; expected a state dict or a module")]
    NoStateDict {
        /// Content of the file.
        found: String,
    },

    // TensorFlow's checkpoints.
    /// An invalid index of a checkpoint.
    #[error("found {reason} at byte {offset}; expected an index that TensorFlow wrote")]
    BundleIndex {
        /// Offset, in bytes from the start of the file.
        offset: usize,
        /// The reason.
        reason: String,
    },
    /// A kind of checkpoint that TensorFlow writes and that is not supported.
    #[error("found {what}; expected {expected}")]
    BundleRefused {
        /// Unsupported content.
        what: String,
        /// Supported content.
        expected: &'static str,
    },
    /// A wrong checksum.
    #[error("found the CRC-32C {found:#010x} (masked) of {part}; expected {stated:#010x}")]
    Checksum {
        /// Damaged part, with its location.
        part: String,
        /// Checksum of the bytes.
        found: u32,
        /// Stated checksum.
        stated: u32,
    },
    /// A missing data file of a checkpoint.
    #[error("found no `{shard}` beside it ({reason}); expected the numbers of its tensors there")]
    ShardMissing {
        /// The name of the file.
        shard: String,
        /// The reason.
        reason: String,
    },
}

impl Problem {
    /// Stable name of the problem, in kebab case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::AnotherKind { .. } => "another-kind-of-file",
            Self::CutShort { .. } => "weights-cut-short",
            Self::TrailingBytes { .. } => "trailing-bytes",
            Self::AnotherEngine => "another-engine",
            Self::FewMembers { .. } => "few-members",
            Self::Member { .. } => "member",
            Self::HeaderExceedsFile { .. } => "header-exceeds-file",
            Self::Header { .. } => "header",
            Self::Entry { .. } => "tensor-entry",
            Self::NoCard => "no-card",
            Self::AlreadyAModel => "already-a-model",
            Self::Card { .. } => "card",
            Self::CardTooNew { .. } => "card-too-new",
            Self::Task { .. } => "unknown-task",
            Self::TaskOfFamily { .. } => "another-task",
            Self::Family { .. } => "unknown-family",
            Self::Variant { .. } => "unknown-variant",
            Self::AnotherInput { .. } => "another-input",
            Self::AnotherModel { .. } => "another-model",
            Self::Size { .. } => "sizes-disagree",
            Self::Unknown { .. } => "unknown-setting",
            Self::Statement { .. } => "statement",
            Self::TensorMissing { .. } => "tensor-missing",
            Self::TensorUnexpected { .. } => "tensor-unexpected",
            Self::TensorShape { .. } => "tensor-shape",
            Self::ElementType { .. } => "tensor-type",
            Self::NotFinite { .. } => "weight-not-finite",
            Self::NegativeVariance { .. } => "variance-negative",
            Self::Scale { .. } => "tensor-scale",
            Self::TooLargeForF16 { .. } => "weight-too-large",
            Self::Pickle { .. } => "pickle",
            Self::PickleRefused { .. } => "pickle-refused",
            Self::PickleTooLarge { .. } => "pickle-too-large",
            Self::Archive { .. } => "archive",
            Self::Storage { .. } => "storage",
            Self::View { .. } => "tensor-view",
            Self::NoStateDict { .. } => "no-state-dict",
            Self::BundleIndex { .. } => "bundle-index",
            Self::BundleRefused { .. } => "bundle-refused",
            Self::Checksum { .. } => "checksum",
            Self::ShardMissing { .. } => "shard-missing",
        }
    }

    /// Remedy for the user.
    pub fn remedy(&self) -> String {
        match self {
            Self::AnotherKind { found, .. } => found.remedy(),
            Self::CutShort { .. } | Self::TrailingBytes { .. } | Self::HeaderExceedsFile { .. } => {
                "Download or copy the file again."
            }
            Self::Header { .. } | Self::Entry { .. } | Self::Scale { .. } => {
                "The file is damaged, or its writer did not keep to the format; download it or write it again."
            }
            Self::AnotherEngine => "Load it with the full engine.",
            Self::FewMembers { .. } => "Give more models, or use the one as it is.",
            Self::Member { .. } => "Join models of the same task, marks, bins and transform, each of them whole.",
            Self::NoCard => "Make a model file of it with `regulens import`.",
            Self::AlreadyAModel => "It is a model file already; use it as it is.",
            Self::Card { .. } | Self::TaskOfFamily { .. } => "Write the file again with Regulens, or correct its card.",
            Self::CardTooNew { .. } => "Update Regulens.",
            Self::Task { .. } | Self::Family { .. } | Self::Variant { .. } => "Take another model, or update Regulens.",
            Self::AnotherInput { expected, .. } => return format!("Take a model of {expected}."),
            Self::AnotherModel { .. } => "Name the family and variant that the file holds.",
            Self::Size { .. } => "Correct the statement, or take the weights that belong to it.",
            Self::Unknown { flag, what } => {
                return format!("Give {flag}: the weights themselves do not tell {what}.");
            }
            Self::Statement { .. } => "Correct it, or give the flag, which comes first.",
            Self::TensorMissing { .. } | Self::TensorUnexpected { .. } | Self::TensorShape { .. } => {
                "Check that the file holds the family and variant that it is taken for."
            }
            Self::ElementType { .. } => "Convert the tensor to float32 first.",
            Self::NotFinite { .. } | Self::NegativeVariance { .. } => {
                "The training diverged; take an earlier checkpoint, or train again."
            }
            Self::TooLargeForF16 { .. } => "Write the file as float32 (`--dtype f32`).",
            Self::Pickle { .. } | Self::Storage { .. } | Self::View { .. } => {
                "The file is damaged; download or copy it again, or save its state dict again."
            }
            Self::PickleRefused { .. } => {
                "Nothing in such a file is executed here; save the model's state dict alone, by \
                 `torch.save(model.state_dict(), …)`."
            }
            Self::PickleTooLarge { .. } | Self::NoStateDict { .. } => {
                "Save the model's state dict alone, by `torch.save(model.state_dict(), …)`."
            }
            Self::Archive { .. } => {
                "Download or copy the file again, or save the model's state dict, by \
                 `torch.save(model.state_dict(), …)`."
            }
            Self::BundleIndex { .. } | Self::Checksum { .. } => {
                "The file was damaged, or the index and the data are of two checkpoints; download or copy all files of \
                 the checkpoint again."
            }
            Self::BundleRefused { .. } => {
                "Save the model again with TensorFlow 1's `tf.train.Saver` on an ordinary machine, each variable whole."
            }
            Self::ShardMissing { .. } => {
                "Put all files of the checkpoint into one folder, under the names that TensorFlow gave them."
            }
        }
        .to_owned()
    }
}
