//! The one integration binary. Each module is a table of laws across layers.

mod sheets;
/// The page and the JSON interface, over a small engine in memory.
mod http;
