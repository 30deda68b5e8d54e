//! The serve layer.
