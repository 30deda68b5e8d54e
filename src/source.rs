//! The source layer.
