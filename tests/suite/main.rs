//! The one integration binary. Each module is a table of laws across layers.
mod analysis;
