//! From text to tree. Reading never fails: [`parse`] always gives a tree, and says what it could not read.

pub mod ast;
