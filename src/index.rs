//! The index layer.
