//! The layers of the variants, in PyTorch's layout: names and shapes of their tensors. Models load and store weights by
//! these names.

/// Tensors by name, with their shapes.
pub type Tensors = Vec<(String, Vec<usize>)>;

/// Saturating: sizes come from files.
pub fn twice(size: usize) -> usize {
    size.saturating_mul(2)
}

/// One or several layers.
pub trait Layer {
    /// Appends its tensors, in the order in which initial weights are drawn.
    fn list(&self, tensors: &mut Tensors);

    /// Its tensors.
    fn tensors(&self) -> Tensors {
        let mut tensors = Vec::new();
        self.list(&mut tensors);
        tensors
    }
}

/// The tensors of several layers, in order.
pub fn tensors_of(layers: &[&dyn Layer]) -> Tensors {
    layers.iter().flat_map(|layer| layer.tensors()).collect()
}

impl<T: Layer> Layer for Vec<T> {
    fn list(&self, tensors: &mut Tensors) {
        for layer in self {
            layer.list(tensors);
        }
    }
}

impl<T: Layer, const N: usize> Layer for [T; N] {
    fn list(&self, tensors: &mut Tensors) {
        for layer in self {
            layer.list(tensors);
        }
    }
}

impl<T: Layer> Layer for Option<T> {
    fn list(&self, tensors: &mut Tensors) {
        if let Some(layer) = self {
            layer.list(tensors);
        }
    }
}

/// A bidirectional LSTM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recurrence {
    /// Prefix of its tensors' names.
    pub name: String,
    /// Inputs per step.
    pub inputs: usize,
    /// Units per direction.
    pub hidden: usize,
}

impl Recurrence {
    /// A recurrence of that name.
    pub fn new(name: impl Into<String>, inputs: usize, hidden: usize) -> Self {
        Self {
            name: name.into(),
            inputs,
            hidden,
        }
    }

    /// Forward, and reverse.
    pub fn directions(&self) -> [Direction; 2] {
        ["", "_reverse"].map(|suffix| Direction {
            recurrence: self.clone(),
            suffix,
        })
    }
}

impl Layer for Recurrence {
    fn list(&self, tensors: &mut Tensors) {
        self.directions().list(tensors);
    }
}

/// One direction of a recurrence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Direction {
    recurrence: Recurrence,
    suffix: &'static str,
}

impl Layer for Direction {
    /// W_ih, W_hh, b_ih and b_hh.
    fn list(&self, tensors: &mut Tensors) {
        let Recurrence { name, inputs, hidden } = &self.recurrence;
        let gates = hidden.saturating_mul(4);
        let mut push = |part: &str, shape| tensors.push((format!("{name}.{part}{}", self.suffix), shape));
        push("weight_ih_l0", vec![gates, *inputs]);
        push("weight_hh_l0", vec![gates, *hidden]);
        push("bias_ih_l0", vec![gates]);
        push("bias_hh_l0", vec![gates]);
    }
}

/// The context vector of an attention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// The attention module; empty for the only one of a model.
    pub name: String,
    /// C.
    pub size: usize,
}

impl Context {
    /// The context vector of the attention in the module `name`.
    pub fn new(name: impl Into<String>, size: usize) -> Self {
        Self {
            name: name.into(),
            size,
        }
    }
}

impl Layer for Context {
    fn list(&self, tensors: &mut Tensors) {
        let Self { name, size } = self;
        let dot = if name.is_empty() { "" } else { "." };
        tensors.push((format!("{name}{dot}bin_attention.bin_context_vector"), vec![*size, 1]));
    }
}

/// A recurrence with attention over its states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoder {
    /// The recurrence.
    pub recurrence: Recurrence,
    /// The attention.
    pub context: Context,
}

impl Encoder {
    /// The encoder of that name.
    pub fn new(name: impl Into<String>, inputs: usize, hidden: usize) -> Self {
        let name = name.into();
        Self {
            recurrence: Recurrence::new(format!("{name}.rnn"), inputs, hidden),
            context: Context::new(name, twice(hidden)),
        }
    }

    /// The encoders `list.0`, `list.1` and so on.
    pub fn numbered(list: &str, count: usize, inputs: usize, hidden: usize) -> Vec<Self> {
        (0..count)
            .map(|index| Self::new(format!("{list}.{index}"), inputs, hidden))
            .collect()
    }
}

impl Layer for Encoder {
    fn list(&self, tensors: &mut Tensors) {
        self.recurrence.list(tensors);
        self.context.list(tensors);
    }
}

/// A fully connected layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linear {
    /// Prefix of its tensors' names.
    pub name: String,
    /// Number of inputs.
    pub inputs: usize,
    /// Number of outputs.
    pub outputs: usize,
}

impl Linear {
    /// A layer of that name.
    pub fn new(name: impl Into<String>, inputs: usize, outputs: usize) -> Self {
        Self {
            name: name.into(),
            inputs,
            outputs,
        }
    }
}

impl Layer for Linear {
    /// W and b.
    fn list(&self, tensors: &mut Tensors) {
        let Self { name, inputs, outputs } = self;
        tensors.push((format!("{name}.weight"), vec![*outputs, *inputs]));
        tensors.push((format!("{name}.bias"), vec![*outputs]));
    }
}

/// A convolution along a sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Convolution {
    /// Prefix of its tensors' names.
    pub name: String,
    /// C, input channels.
    pub channels: usize,
    /// F, filters.
    pub filters: usize,
    /// K, width of a filter.
    pub width: usize,
}

impl Convolution {
    /// A convolution of that name.
    pub fn new(name: impl Into<String>, channels: usize, filters: usize, width: usize) -> Self {
        Self {
            name: name.into(),
            channels,
            filters,
            width,
        }
    }
}

impl Layer for Convolution {
    /// W and b.
    fn list(&self, tensors: &mut Tensors) {
        let Self {
            name,
            channels,
            filters,
            width,
        } = self;
        tensors.push((format!("{name}.weight"), vec![*filters, *channels, *width]));
        tensors.push((format!("{name}.bias"), vec![*filters]));
    }
}

/// A convolution with attention over its frames.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frames {
    /// The convolution.
    pub convolution: Convolution,
    /// The attention.
    pub context: Context,
}

impl Frames {
    /// A convolution with attention, of this name.
    pub fn new(name: impl Into<String>, channels: usize, filters: usize, width: usize) -> Self {
        let name = name.into();
        Self {
            convolution: Convolution::new(format!("{name}.conv"), channels, filters, width),
            context: Context::new(name, filters),
        }
    }
}

impl Layer for Frames {
    fn list(&self, tensors: &mut Tensors) {
        self.convolution.list(tensors);
        self.context.list(tensors);
    }
}
