//! Stack machine for pickles.
//!
//! A pickle is a program for a stack machine that may import any module and call any function. This machine supports
//! the opcodes that PyTorch writes and the few calls of [`callable`]. It imports and calls nothing, and limits the
//! number of values.

use std::collections::HashMap;

use super::globals::{Callable, callable};
use super::opcodes as op;
use super::pickle::{Node, Nodes, Pickle, Value};
use super::reader::{Fault, Reader, refused, wrong};
use super::stack::Stack;
use super::storage::Storage;
use crate::input::Budget;
use crate::weights::Problem;

/// Largest number of nodes, of items copied by calls, and of entries of the memo. The authors' complete model takes
/// 2,600 nodes.
const MAX_NODES: usize = 1 << 19;

/// The newest protocol.
const MAX_PROTOCOL: u8 = 5;

impl<'a> Pickle<'a> {
    /// Reads the pickle at `start` of `bytes`, which messages call `part` (`the file`, `data.pkl`).
    pub fn read(bytes: &'a [u8], start: usize, part: &'static str, budget: &Budget) -> Result<Self, Problem> {
        run(bytes, start, part, budget)
    }
}

/// Runs the pickle at `start` of `bytes`, which messages call `part`.
fn run<'a>(bytes: &'a [u8], start: usize, part: &'static str, budget: &Budget) -> Result<Pickle<'a>, Problem> {
    let mut machine = Machine {
        reader: Reader::new(bytes, start),
        stack: Stack::default(),
        memo: HashMap::new(),
        nodes: Nodes::default(),
        copied: 0,
        budget,
    };
    loop {
        let offset = machine.reader.position();
        if let Some(root) = machine.step().map_err(|fault| fault.at(offset, part))? {
            let (nodes, end) = (machine.nodes, machine.reader.position());
            return Ok(Pickle { nodes, root, end });
        }
    }
}

/// State of the machine.
struct Machine<'a, 'b> {
    reader: Reader<'a>,
    stack: Stack,
    memo: HashMap<u32, Value>,
    nodes: Nodes<'a>,
    /// Items that calls copied from their arguments. Any other item costs a byte of the file.
    copied: usize,
    budget: &'b Budget,
}

/// Largest size in bytes of the first entry of a list or dictionary, which begins with capacity for four.
const FIRST: usize = 4 * size_of::<(Value, Value)>();

/// An error if the budget is exceeded.
fn room(is_left: bool) -> Result<(), Fault> {
    is_left
        .then_some(())
        .ok_or(Fault::TooLarge("MiB and eight times the file, in values,", 64))
}

impl<'a> Machine<'a, '_> {
    /// Executes one opcode. The last one returns the value of the pickle.
    fn step(&mut self) -> Result<Option<Value>, Fault> {
        let Self { reader, stack, .. } = self;
        match reader.byte()? {
            op::STOP => return stack.pop().map(Some),
            op::PROTO => match reader.byte()? {
                ..=MAX_PROTOCOL => {}
                protocol => return wrong(format!("the protocol {protocol}")),
            },
            op::FRAME => drop(reader.take(8)?),

            op::NONE => stack.push(Value::None)?,
            op::NEWTRUE => stack.push(Value::Bool(true))?,
            op::NEWFALSE => stack.push(Value::Bool(false))?,
            op::BININT => stack.push(Value::Int(i32::from_le_bytes(reader.array()?).into()))?,
            op::BININT1 => stack.push(Value::Int(reader.byte()?.into()))?,
            op::BININT2 => stack.push(Value::Int(u16::from_le_bytes(reader.array()?).into()))?,
            op::BINFLOAT => {
                reader.take(8)?;
                stack.push(Value::Float)?;
            }
            op::LONG1 => {
                let bytes = reader.sized::<1>()?;
                self.push_long(bytes)?;
            }
            op::LONG4 => {
                let bytes = reader.sized::<4>()?;
                self.push_long(bytes)?;
            }
            // Python 2 wrote texts as the strings without `UNI`.
            op::SHORT_BINUNICODE | op::SHORT_BINSTRING => {
                let bytes = reader.sized::<1>()?;
                self.push_text(bytes)?;
            }
            op::BINUNICODE | op::BINSTRING => {
                let bytes = reader.sized::<4>()?;
                self.push_text(bytes)?;
            }
            op::SHORT_BINBYTES => {
                let bytes = reader.sized::<1>()?;
                self.push_node(Node::Bytes(bytes))?;
            }
            op::BINBYTES => {
                let bytes = reader.sized::<4>()?;
                self.push_node(Node::Bytes(bytes))?;
            }

            op::MARK => stack.mark()?,
            op::POP => stack.pop_any()?,
            op::POP_MARK => drop(stack.pop_mark()?),
            op::DUP => stack.push(stack.top()?)?,
            op::BINPUT => {
                let key = reader.byte()?.into();
                self.memoize(key)?;
            }
            op::LONG_BINPUT => {
                let key = u32::from_le_bytes(reader.array()?);
                self.memoize(key)?;
            }
            op::MEMOIZE => self.memoize(self.memo.len() as u32)?,
            op::BINGET => {
                let key = reader.byte()?.into();
                self.recall(key)?;
            }
            op::LONG_BINGET => {
                let key = u32::from_le_bytes(reader.array()?);
                self.recall(key)?;
            }

            op::EMPTY_TUPLE => self.tuple(0)?,
            op::TUPLE1 => self.tuple(1)?,
            op::TUPLE2 => self.tuple(2)?,
            op::TUPLE3 => self.tuple(3)?,
            op::TUPLE => {
                let items = stack.pop_mark()?;
                self.push_node(Node::Tuple(items))?;
            }
            op::EMPTY_LIST | op::EMPTY_SET => self.push_node(Node::List(Vec::new()))?,
            op::LIST => {
                let items = stack.pop_mark()?;
                self.push_node(Node::List(items))?;
            }
            op::APPEND => {
                let item = stack.pop()?;
                self.extend_list(&[item])?;
            }
            op::APPENDS | op::ADDITEMS => {
                let items = stack.pop_mark()?;
                self.extend_list(&items)?;
            }
            op::EMPTY_DICT => self.push_node(Node::Dict(Vec::new()))?,
            op::DICT => {
                let items = stack.pop_mark()?;
                self.push_node(Node::Dict(Vec::new()))?;
                self.extend_dict(&items)?;
            }
            op::SETITEM => {
                let (value, key) = (stack.pop()?, stack.pop()?);
                self.extend_dict(&[key, value])?;
            }
            op::SETITEMS => {
                let items = stack.pop_mark()?;
                self.extend_dict(&items)?;
            }

            op::GLOBAL => {
                let (module, name) = (reader.line()?, reader.line()?);
                self.push_node(Node::Global(module, name))?;
            }
            op::STACK_GLOBAL => self.stack_global()?,
            op::BINPERSID => {
                let id = stack.pop()?;
                self.push_node(Node::Persistent(id))?;
            }
            op::REDUCE => self.reduce()?,
            op::NEWOBJ => self.new_object()?,
            op::BUILD => self.build()?,
            opcode => return refused(op::describe(opcode)),
        }
        Ok(None)
    }

    /// A call, allowed only for [`callable`]s, and not executed.
    fn reduce(&mut self) -> Result<(), Fault> {
        let arguments = self.pop_arguments()?;
        let function = self.stack.pop()?;
        let Some((module, name)) = self.nodes.global(function) else {
            return refused("the call of something that is no function");
        };
        let node = match callable(module, name) {
            None => return refused(format!("the call of `{module}.{name}`")),
            Some(Callable::Dictionary) => Node::Dict(self.pairs(arguments)?),
            Some(Callable::DefaultDictionary) => Node::Dict(Vec::new()),
            Some(Callable::Set) => Node::List(self.first_items(arguments)?),
            Some(callable) => Node::Call(callable, arguments),
        };
        self.push_node(node)
    }

    /// An object of any class, never constructed. Modules are pickled by their attributes; an object with arguments is
    /// not a module.
    fn new_object(&mut self) -> Result<(), Fault> {
        let arguments = self.pop_arguments()?;
        let class = self.stack.pop()?;
        let described = self.nodes.describe(class);
        match self.nodes.node(class) {
            Some(Node::Global(..) | Node::Persistent(_)) => {}
            _ => return refused(format!("an object of {described}, which is no class")),
        }
        if self.nodes.items(arguments) != Some(&[]) {
            return refused(format!("the construction of {described} with arguments"));
        }
        let state = Value::None;
        self.push_node(Node::Object { class, state })
    }

    /// Attributes of the object below them. Those of dictionaries and tensors contain no weights.
    fn build(&mut self) -> Result<(), Fault> {
        let attributes = self.stack.pop()?;
        match self.top_node()? {
            Some(Node::Object { state, .. }) => *state = attributes,
            Some(Node::Dict(_) | Node::Call(..)) => {}
            _ => return wrong("attributes for something that is no object"),
        }
        Ok(())
    }

    fn stack_global(&mut self) -> Result<(), Fault> {
        let (name, module) = (self.stack.pop()?, self.stack.pop()?);
        match (self.nodes.text(module), self.nodes.text(name)) {
            (Some(module), Some(name)) => self.push_node(Node::Global(module, name)),
            _ => wrong("a global without a name"),
        }
    }

    /// The tuple of a call's arguments.
    fn pop_arguments(&mut self) -> Result<Value, Fault> {
        let arguments = self.stack.pop()?;
        match self.nodes.node(arguments) {
            Some(Node::Tuple(_)) => Ok(arguments),
            _ => wrong("arguments that are no tuple"),
        }
    }

    /// The pairs of `OrderedDict([[key, value], …])`, as written by Python 2.
    fn pairs(&mut self, arguments: Value) -> Result<Vec<(Value, Value)>, Fault> {
        let pair = |nodes: &Nodes<'a>, item| match nodes.items(item) {
            Some(&[key, value]) => Ok((key, value)),
            _ => wrong("a dictionary of something that is no pairs"),
        };
        let items = self.first_items(arguments)?;
        items.into_iter().map(|item| pair(&self.nodes, item)).collect()
    }

    /// A copy of the items of the first argument; empty without arguments.
    fn first_items(&mut self, arguments: Value) -> Result<Vec<Value>, Fault> {
        let arguments = self.nodes.items(arguments).unwrap_or_default();
        let items = arguments.first().and_then(|first| self.nodes.items(*first));
        let items = items.unwrap_or_default();
        // One list can be copied repeatedly at five bytes each.
        self.copied += items.len();
        if self.copied > MAX_NODES {
            return Err(Fault::TooLarge("copied values", MAX_NODES));
        }
        room(self.budget.bytes(3 * size_of::<(Value, Value)>() * items.len()))?;
        Ok(items.to_vec())
    }

    fn push_node(&mut self, node: Node<'a>) -> Result<(), Fault> {
        let index = self.nodes.0.len();
        if index >= MAX_NODES {
            return Err(Fault::TooLarge("values", MAX_NODES));
        }
        // A tuple has capacity for four values, and a storage is in a table as well.
        let others = match node {
            Node::Persistent(_) => 3 * size_of::<(&str, Storage<'_>)>(),
            _ => 4 * size_of::<Value>(),
        };
        room(self.budget.draw::<Node<'_>>(others))?;
        self.nodes.0.push(node);
        self.stack.push(Value::Node(index))
    }

    fn push_text(&mut self, bytes: &'a [u8]) -> Result<(), Fault> {
        match std::str::from_utf8(bytes) {
            Ok(text) => self.push_node(Node::Text(text)),
            Err(_) => self.push_node(Node::Bytes(bytes)),
        }
    }

    /// A little-endian integer in two's complement, of any number of bytes.
    fn push_long(&mut self, bytes: &'a [u8]) -> Result<(), Fault> {
        let negative = bytes.last().is_some_and(|byte| *byte >= 128);
        let mut array = [if negative { 255 } else { 0 }; 8];
        match array.get_mut(..bytes.len()) {
            Some(low) => low.copy_from_slice(bytes),
            None => return self.push_node(Node::Bytes(bytes)),
        }
        self.stack.push(Value::Int(i64::from_le_bytes(array)))
    }

    fn tuple(&mut self, length: usize) -> Result<(), Fault> {
        let items: Result<Vec<Value>, Fault> = (0..length).map(|_| self.stack.pop()).collect();
        let mut items = items?;
        items.reverse();
        self.push_node(Node::Tuple(items))
    }

    /// The node of the last value, if it has one.
    fn top_node(&mut self) -> Result<Option<&mut Node<'a>>, Fault> {
        match self.stack.top()? {
            Value::Node(index) => Ok(self.nodes.0.get_mut(index)),
            _ => Ok(None),
        }
    }

    fn extend_list(&mut self, items: &[Value]) -> Result<(), Fault> {
        let budget = self.budget;
        match self.top_node()? {
            Some(Node::List(list)) => {
                let first = if list.is_empty() { FIRST } else { 0 };
                room(budget.bytes(3 * size_of_val(items) + first))?;
                list.extend(items);
            }
            _ => return wrong("items for something that is no list"),
        }
        Ok(())
    }

    fn extend_dict(&mut self, items: &[Value]) -> Result<(), Fault> {
        let budget = self.budget;
        let (pairs, rest) = items.as_chunks();
        match self.top_node()? {
            Some(Node::Dict(entries)) if rest.is_empty() => {
                let first = if entries.is_empty() { FIRST } else { 0 };
                room(budget.bytes(3 * size_of_val(items) + first))?;
                entries.extend(pairs.iter().map(|&[key, value]| (key, value)));
            }
            _ => return wrong("entries for something that is no dictionary"),
        }
        Ok(())
    }

    fn memoize(&mut self, key: u32) -> Result<(), Fault> {
        if self.memo.len() >= MAX_NODES {
            return Err(Fault::TooLarge("memo entries", MAX_NODES));
        }
        room(self.budget.hashed::<(u32, Value)>(0))?;
        self.memo.insert(key, self.stack.top()?);
        Ok(())
    }

    fn recall(&mut self, key: u32) -> Result<(), Fault> {
        match self.memo.get(&key) {
            Some(value) => self.stack.push(*value),
            None => wrong(format!("a memo entry {key} that was never set")),
        }
    }
}
