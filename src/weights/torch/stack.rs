//! The stack of the pickle machine, with its marks.

use super::pickle::Value;
use super::reader::{Fault, wrong};

/// Largest number of values on the stack, and of marks. Python's pickler flushes after a thousand items.
const MAX_STACK: usize = 1 << 17;

/// Values; those above the last mark are accessible.
#[derive(Default)]
pub struct Stack {
    values: Vec<Value>,
    /// Heights of the stack at the marks.
    marks: Vec<usize>,
}

impl Stack {
    pub fn push(&mut self, value: Value) -> Result<(), Fault> {
        if self.values.len() >= MAX_STACK {
            return Err(Fault::TooLarge("values on the stack", MAX_STACK));
        }
        self.values.push(value);
        Ok(())
    }

    pub fn pop(&mut self) -> Result<Value, Fault> {
        let value = self.top()?;
        self.values.pop();
        Ok(value)
    }

    pub fn top(&self) -> Result<Value, Fault> {
        let floor = self.marks.last().copied().unwrap_or(0);
        match self.values.get(floor..).and_then(<[Value]>::last) {
            Some(value) => Ok(*value),
            None => wrong("an opcode that lacks its operands"),
        }
    }

    pub fn mark(&mut self) -> Result<(), Fault> {
        if self.marks.len() >= MAX_STACK {
            return Err(Fault::TooLarge("marks on the stack", MAX_STACK));
        }
        self.marks.push(self.values.len());
        Ok(())
    }

    /// Removes the values above the last mark, and the mark.
    pub fn pop_mark(&mut self) -> Result<Vec<Value>, Fault> {
        match self.marks.pop() {
            Some(height) => Ok(self.values.split_off(height)),
            None => wrong("an opcode that lacks its mark"),
        }
    }

    /// Removes the last value, or the last mark if there is no value above it.
    pub fn pop_any(&mut self) -> Result<(), Fault> {
        match self.top() {
            Ok(_) => self.pop().map(drop),
            Err(_) => self.pop_mark().map(drop),
        }
    }
}
